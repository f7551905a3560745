"""Results as neutral rows, and the renderers that show them."""

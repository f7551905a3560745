"""The places in the engine where implementations can be exchanged, one module each.

Every public function of a seam's module is an implementation: it binds once to the engine and returns
what the engine calls while it runs.
"""

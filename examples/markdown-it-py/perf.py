# ruff: noqa: INP001 - the commands name this module by its file
"""Documents that markdown-it-py renders: each is one run of a benchmark.

They are made here, so no revision needs to have them, and each has much of what one pull request made faster.
"""

from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark")
SENTENCE = "The quick brown fox jumps over the lazy dog and runs away through the wide green field. "
PROSE = "\n\n".join(SENTENCE * 8 for _ in range(20))
MARKUP = "\n\n".join("Some *short* `words` with [links](/to), **stars** & <b>tags</b>. " * 8 for _ in range(20))
SPACES = "\n".join(f"Heading {number}\n==={' ' * 200}\n" for number in range(100))
FENCES = "\n".join(f"{'`' * 200}\ncode {number}\n{'`' * 200}\n" for number in range(100))


def prose() -> str:
    """Long text with hardly a character that begins markup: the rule `text` looks at nearly all of them."""
    return PARSER.render(PROSE)


def markup() -> str:
    """Markup every few characters: the rule `text` is called often, and has little to look at."""
    return PARSER.render(MARKUP)


def spaces() -> str:
    """Headings whose underline ends with many spaces, which `skipSpaces` passes over."""
    return PARSER.render(SPACES)


def fences() -> str:
    """Fences of many backquotes, which `skipChars` or `skipCharsStr` passes over."""
    return PARSER.render(FENCES)

"""Haskell and its documentation, as Markdown or as plain text. Pure."""

import re

from ide.protocol import MarkupContent

_FENCE = re.compile(r"^[ \t]*```\w*\n?", re.MULTILINE)
_MARKED = re.compile(
    r"`([^`\n]+)`|(?<![\w*])\*{1,2}(?! )([^*\n]+)(?<! )\*{1,2}(?![\w*])|^#{1,6} (.*)$", re.MULTILINE
)


def markup(code: str, text: str, *, markdown: bool) -> MarkupContent:
    """The code above its documentation, which is Markdown."""
    parts = (_fenced(code) if code else "", text) if markdown else (code, plain(text))
    joined = "\n\n".join(part for part in parts if part)
    return MarkupContent(value=joined, kind="markdown" if markdown else "plaintext")


def documentation(code: str, text: str, *, markdown: bool) -> MarkupContent | str:
    """Of an item: a bare text unless the client takes Markdown, since it may not know `MarkupContent`."""
    said = markup(code, text, markdown=markdown)
    return said if markdown else said.value


def plain(text: str) -> str:
    """Markdown as one reads it, without its marks; what stands in fences stays as it is."""
    parts = _FENCE.split(text)
    return "".join(part if place % 2 else _unmarked(part) for place, part in enumerate(parts)).strip()


def _unmarked(text: str) -> str:
    return _MARKED.sub(lambda found: next(part for part in found.groups() if part is not None), text)


def _fenced(code: str) -> str:
    """In a fence that it cannot end."""
    fence = "`" * max(3, *(len(ticks) + 1 for ticks in re.findall("`+", code)), 3)
    return f"{fence}haskell\n{code}\n{fence}"

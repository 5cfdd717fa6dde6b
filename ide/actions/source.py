"""A Haskell source as code actions see it: offsets, lines, and a copy in which only code is left. Pure."""

import re
from functools import cached_property

from sandbox.spelling import LETTER, SYMBOL

_TOKEN = re.compile(
    rf"(?P<block>\{{-)|(?P<line>--+(?!{SYMBOL}))|(?P<text>\"(?:[^\"\\\n]|\\.|\\\s+\\)*\"?)"
    rf"|(?P<letter>'(?:[^'\\\n]|\\[^\n']+|\\')')|(?P<operator>{SYMBOL}+)|(?P<word>{LETTER}+)",
)
_BRACE = re.compile(r"\{-|-\}")


class Source:
    """The text of one file. Offsets count characters."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def code(self) -> str:
        """The text with blanks for comments, and for what strings hold: as long as the text, line by line."""
        parts, done = [], 0
        while match := _TOKEN.search(self.text, done):
            end = match.end()
            if match["block"]:
                end = _end_of_block(self.text, match.start())
            elif match["line"]:
                end = self.end_of_line(end)
            kept = match["operator"] or match["word"]
            parts += [self.text[done : match.start()], kept or _blank(self.text[match.start() : end], match)]
            done = end
        return "".join([*parts, self.text[done:]])

    def start_of_line(self, place: int) -> int:
        return self.text.rfind("\n", 0, place) + 1

    def end_of_line(self, place: int) -> int:
        end = self.text.find("\n", place)
        return len(self.text) if end < 0 else end

    def after_line(self, place: int) -> int:
        """Where the next line starts; the end of the text after the last."""
        return min(self.end_of_line(place) + 1, len(self.text))

    def line(self, place: int) -> str:
        """The whole line that this place is in."""
        return self.text[self.start_of_line(place) : self.end_of_line(place)]

    def column(self, place: int) -> int:
        return place - self.start_of_line(place)

    def indentation(self, place: int) -> int:
        """How far the line of this place is indented."""
        line = self.line(place)
        return len(line) - len(line.lstrip(" "))

    def end_of_block(self, place: int, indentation: int) -> int:
        """The end of the last line with code that is indented deeper, from this place's line on."""
        end = self.end_of_line(place)
        start = end + 1
        while start < len(self.text):
            line = self.code[start : self.end_of_line(start)]
            if line.strip():
                if len(line) - len(line.lstrip(" ")) <= indentation:
                    break
                end = start + len(line.rstrip())
            start = self.end_of_line(start) + 1
        return end


def _blank(token: str, match: re.Match[str]) -> str:
    """Blanks; a string keeps its quotes, so that it stays a word of its own."""
    if match["text"] and len(token) > 1:
        return '"' + re.sub(r"[^\n]", " ", token[1:-1]) + '"'
    return re.sub(r"[^\n]", " ", token)


def _end_of_block(text: str, start: int) -> int:
    """Where a comment in braces ends; they nest."""
    depth = 0
    for brace in _BRACE.finditer(text, start):
        depth += 1 if brace[0] == "{-" else -1
        if depth == 0:
            return brace.end()
    return len(text)

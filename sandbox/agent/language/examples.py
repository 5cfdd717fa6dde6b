"""The examples in a source's comments (`>>> expression`, `prop> property`), and their results as edits. Pure.

-- >>> import Data.Char      a group: one comment. `let`, imports and `it` live as long as it does
-- >>> map toUpper "abc"
-- "ABC"                     a result: up to a blank line of the comment, the next example, or its end
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.agent.language.text import Text, code_of
from sandbox.messages import Range, Replacement

RESULT_LINES = 50
LINE_LENGTH = 500
_PROMPT = re.compile(r"(?P<prefix>\s*(?:--+|\{-+)?\s*[|^$*]?\s*)(?P<kind>>>>|prop>)(?: (?P<source>.*)|\s*)$")
_MARKS = re.compile(r"^\s*(?:--+|\{-+(?!#)) ?")
_PROMPT_MARK = re.compile(r"^\s*>>> ?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029]")
_SETUP = re.compile(r"\s*(?:--+|\{-+)\s*\$setup\s*$")


@dataclass(frozen=True)
class Example:
    """`source` is what GHCi is given, of the lines `first` to `last`; the old result ends before `after`."""

    source: str
    is_property: bool
    first: int
    last: int
    after: int
    prefix: str  # of each line of the result
    block: bool  # in a block comment, which a result must not end


@dataclass(frozen=True)
class Group:
    """The examples of one comment."""

    examples: tuple[Example, ...]
    is_setup: bool

    def holds(self, line: int) -> bool:
        return self.examples[0].first <= line < max(self.examples[-1].after, self.examples[-1].last + 1)


def groups(text: str) -> list[Group]:
    """All groups that hold an example, in order."""
    if ">>>" not in text and "prop>" not in text:
        return []
    lines = [line.rstrip("\r") for line in text.split("\n")]
    found = []
    for start, end, block in _comments(lines, code_of(text).split("\n")):
        if examples := tuple(_examples(lines, start, end, block=block)):
            found.append(Group(examples, bool(_SETUP.match(lines[start]))))
    return found


def edit(text: str, example: Example, said: str) -> Replacement | None:
    """What puts this result in the place of the old one; None when that holds (`...` is anything)."""
    places = Text(text)
    new = [(example.prefix + line).rstrip() for line in shown(said, example)]
    old = [places.line(number).rstrip() for number in range(example.last + 1, example.after)]
    if re.fullmatch(_expected([_MARKS.sub("", line).strip() for line in old]), _compared(new)):
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    end = places.start_of(example.last) + len(places.line(example.last))
    stop = places.start_of(example.after - 1) + len(places.line(example.after - 1))
    return Replacement(
        range=places.range(end, max(stop, end)), text="".join(newline + line.rstrip() for line in new)
    )


def range_of(text: str, group: Group) -> Range:
    """From the first example to the end of the last one's result."""
    places = Text(text)
    last = max(group.examples[-1].after - 1, group.examples[-1].last)
    start = places.start_of(group.examples[0].first)
    return places.range(start, places.start_of(last) + len(places.line(last)))


def shown(said: str, example: Example) -> Iterator[str]:
    """What GHCi said as lines of a comment: bounded, none an example, none ending the comment."""
    lines = _tidy(said).split("\n") if said.strip() else []
    for line in lines[:RESULT_LINES]:
        line = line.rstrip()
        if len(line) > LINE_LENGTH:
            line = line[:LINE_LENGTH] + "…"
        if example.block:
            line = line.replace("-}", "- }").replace("{-", "{ -")
        yield ("\\" + line if line.lstrip().startswith((">>>", "prop>")) else line) or "<BLANKLINE>"
    if len(lines) > RESULT_LINES:
        yield f"… ({len(lines) - RESULT_LINES} more lines)"


def _compared(lines: Sequence[str]) -> str:
    return "".join(_MARKS.sub("", line).strip() + "\n" for line in lines)


def _expected(lines: Sequence[str]) -> str:
    """Matches these lines; `...` is any part of a line, and any lines where it stands alone."""
    any_lines = "(?:.*\\n)*?"
    parts = (re.escape(line).replace(re.escape("..."), ".*") + "\\n" for line in lines)
    return "".join(any_lines if line == "..." else part for line, part in zip(lines, parts, strict=True))


def _tidy(said: str) -> str:
    """Without the place in what GHCi was given, which is not in the file."""
    said = re.sub(r"^<interactive>:[\d:(),-]+: ?", "", said.strip("\n"), flags=re.MULTILINE)
    return _CONTROL.sub("\ufffd", said.replace("\r\n", "\n")).strip("\n")


def _comments(lines: Sequence[str], code: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """First line, line after the last, and whether it is a block comment; only those that stand alone."""
    number = 0
    while number < len(lines):
        start, line = number, lines[number].lstrip()
        number += 1
        if not line or code[start].strip():
            continue
        if line.startswith("--"):
            while (
                number < len(lines) and lines[number].lstrip().startswith("--") and not code[number].strip()
            ):
                number += 1
            yield start, number, False
        elif line.startswith("{-") and not line.startswith("{-#"):
            while number < len(lines) and "-}" not in lines[number - 1] and not code[number].strip():
                number += 1
            yield start, number, True


def _examples(lines: Sequence[str], start: int, end: int, *, block: bool) -> Iterator[Example]:
    number = start
    while number < end:
        found = _PROMPT.match(lines[number])
        first = last = number
        number += 1
        if not found or not (source := (found["source"] or "").strip()):
            continue
        if source == ":{":
            closing = next((at for at in range(number, end) if _inner(lines[at]).strip() == ":}"), None)
            if closing is None:
                continue
            source = "\n".join([":{", *(_inner(lines[at]) for at in range(number, closing)), ":}"])
            last = closing
        number = last + 1
        while number < end and not _ends_result(lines[number]):
            number += 1
        yield Example(
            source, found["kind"] == "prop>", first, last, number, _result_prefix(found["prefix"]), block
        )


def _inner(line: str) -> str:
    """A line of a comment without what makes it one, and without a prompt."""
    return _PROMPT_MARK.sub("", _MARKS.sub("", line))


def _ends_result(line: str) -> bool:
    return not _MARKS.sub("", line).strip() or "-}" in line or bool(_PROMPT.match(line))


def _result_prefix(prefix: str) -> str:
    indent = prefix[: len(prefix) - len(prefix.lstrip())]
    rest = prefix.lstrip()
    if rest.startswith("--"):
        dashes = re.match("-+", rest)[0]  # type: ignore[index]
        after = rest[len(dashes) :]
        return f"{indent}{dashes}{after if after and not after.strip() else ' '}"
    return re.sub(r"\S", " ", prefix)

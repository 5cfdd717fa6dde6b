"""hlint's ideas → diagnostics, and what is left of them when the text goes on. Pure."""

from collections.abc import Iterable
from itertools import takewhile

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sandbox.agent.diagnostics import CODE, uri
from sandbox.agent.positions import Span, range_of
from sandbox.limits import MESSAGE_BYTES
from sandbox.messages import DecodeError, Diagnostic, Position, Range

SOURCE = "hlint"
IDEAS = 200  # of one file
INFORMATION, HINT = 3, 4
_FAULT = "Parse error"
_UNREAD = "hlint has no ideas for this file, for it cannot read it from here on."


class Idea(Struct, rename="camel"):
    """One of hlint's; `after` None: it says no code, empty: there should be none."""

    hint: str
    severity: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int
    before: str = field(name="from")
    after: str | None = field(name="to")
    note: list[str] = []


_decode = msgspec.json.Decoder(list[Idea]).decode


def command(flags: Iterable[str]) -> list[str]:
    """How hlint is asked about a text on its standard input; the flags switch extensions on."""
    return ["hlint", "--json", "--no-exit-code", *flags, "-"]


def parse(output: str, path: str, text: str) -> list[Diagnostic] | None:
    """The ideas about a file; None when hlint could not read the file, or said something else."""
    ideas = _read(output)
    if ideas is None or _fault(ideas):
        return None
    lines = text.split("\n")
    found = [_diagnostic(idea, path, lines) for idea in ideas]
    fitting = [each for each in found if len(each.message.encode(errors="replace")) <= MESSAGE_BYTES]
    if len(fitting) <= IDEAS:
        return fitting
    return [
        *fitting[: IDEAS - 1],
        _of_file(path, f"{len(fitting) - IDEAS + 1} more of its ideas are not shown."),
    ]


def unread(output: str, path: str, text: str) -> Diagnostic | None:
    """Where hlint could not go on reading the file, if that is why it says nothing of it."""
    fault = _fault(_read(output) or [])
    if fault is None:
        return None
    start = _diagnostic(fault, path, text.split("\n")).range.start
    words = fault.hint[: MESSAGE_BYTES // 8]
    return Diagnostic(uri(path), Range(start, start), HINT, None, SOURCE, f"{_UNREAD}\n{words}")


def _read(output: str) -> list[Idea] | None:
    """None where it is no list of ideas."""
    try:
        return _decode(output)
    except (DecodeError, RecursionError):
        return None


def _fault(ideas: list[Idea]) -> Idea | None:
    """hlint's own idea that the file does not parse."""
    return next((idea for idea in ideas if idea.hint.startswith(_FAULT)), None)


def is_unread(found: Diagnostic) -> bool:
    return found.source == SOURCE and found.message.startswith(_UNREAD)


def gave_up(path: str, text: str, why: str) -> Diagnostic:
    """What to say where it came to no end."""
    lines = text.count("\n") + 1
    return _of_file(path, f"hlint gave up on this file of {lines} lines: {why} It reads smaller modules.")


def _of_file(path: str, words: str) -> Diagnostic:
    start = Position(0, 0)
    return Diagnostic(uri(path), Range(start, start), INFORMATION, None, SOURCE, words)


def _diagnostic(idea: Idea, path: str, lines: list[str]) -> Diagnostic:
    span = Span(path, idea.start_line, idea.start_column, idea.end_line, idea.end_column)
    severity = HINT if idea.severity == "Suggestion" else INFORMATION
    return Diagnostic(uri(path), range_of(span, lines), severity, idea.hint[:CODE], SOURCE, _message(idea))


def _message(idea: Idea) -> str:
    """Code actions read it: see `ide.actions.hlint`."""
    parts = [idea.hint, "Found:", _inset(idea.before)]
    if idea.after:
        parts += ["Why not:", _inset(idea.after)]
    elif idea.after is not None:
        parts += ["Why not remove it."]
    return "\n".join([*parts, *(f"Note: {note}" for note in idea.note)])


def _inset(code: str) -> str:
    return "\n".join(f"  {line}" for line in code.split("\n"))


def carried(found: list[Diagnostic], before: str, after: str) -> list[Diagnostic]:
    """Those of the old text's diagnostics whose lines still stand in the new one, with their place there."""
    if before == after or not found:
        return found
    old, new = before.split("\n"), after.split("\n")
    head = _alike(old, new)
    tail = min(_alike(old[::-1], new[::-1]), min(len(old), len(new)) - head)
    moved = len(new) - len(old)
    kept = []
    for each in found:
        if each.range.end.line < head:
            kept.append(each)
        elif each.range.start.line >= len(old) - tail:
            kept.append(replace(each, range=_down(each.range, moved)))
    return kept


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines at the start are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _down(span: Range, lines: int) -> Range:
    start, end = (Position(each.line + lines, each.character) for each in (span.start, span.end))
    return Range(start, end)

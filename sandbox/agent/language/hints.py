"""Inferred types for showing them in the text: of what has no signature."""

import re

from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.found import Binding
from sandbox.agent.language.text import code_of
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import ANSWER_ITEMS
from sandbox.messages import Hint, Hints, Inferred
from sandbox.spelling import OF_TYPE

LENGTH = 200

_OF_TYPE = re.compile(OF_TYPE)
NOTHING = "_"  # a type that nothing says


async def answer(question: Hints, workspace: Workspace) -> Inferred | None:
    """One for each binding in the range, behind its name."""
    checked = await workspace.checked(question.path)
    if checked is None:
        return None
    bindings = await workspace.checker.ask(list[Binding], "bindings", question.path)
    first, last = question.range.start.line, question.range.end.line
    signed = Signed(checked.then.text)
    found: dict[tuple[int, int], Hint] = {}
    for binding in bindings or []:
        if binding.type in ("", NOTHING) or signed.has(binding):
            continue
        place = checked.named(binding.name, binding.span) and checked.range(binding.span)
        if place and first <= place.start.line <= last:
            label = f":: {' '.join(binding.type.split())}"
            found[place.end.line, place.end.character] = Hint(position=place.end, label=label[:LENGTH])
    return Inferred(hints=list(found.values())[:ANSWER_ITEMS])


class Signed:
    """What has a signature, and what needs none: fields, methods."""

    def __init__(self, text: str) -> None:
        code = code_of(text)
        found = declarations(code)
        top = {one.name for one in found if one.signature}
        self._top = top | {part.name for one in found for each in one.parts for part in (each, *each.parts)}
        self._lines = code.split("\n")
        self._local = {
            (one.name, len(line) - len(line.lstrip()) + start + one.place, self._declaration(number))
            for number, line in enumerate(self._lines)
            if _OF_TYPE.search(line) and line.startswith((" ", "\t"))
            for start, part in _parts(line.strip())
            for one in declarations(part)
            if one.signature
        }

    def has(self, binding: Binding) -> bool:
        """A local signature begins in its binding's column, in the same declaration."""
        line, column = binding.span[0] - 1, binding.span[1] - 1
        if binding.top:
            return binding.name in self._top
        return (binding.name, column, self._declaration(line)) in self._local

    def _declaration(self, line: int) -> int:
        """The line where the top-level declaration of a line begins."""
        while line > 0 and not self._lines[line][:1].strip():
            line -= 1
        return line


def _parts(line: str) -> list[tuple[int, str]]:
    """The line, or what stands behind the word that begins a block of bindings, with where that is."""
    found = re.match(r"(?:let|where|in\s+let)\s+", line)
    return [(found.end(), line[found.end() :])] if found else [(0, line)]

"""Inferred types for showing them in the text: of what has no signature."""

from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.found import Binding
from sandbox.agent.language.text import code_of
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import ANSWER_ITEMS
from sandbox.messages import Hint, Hints, Inferred

LENGTH = 200


async def answer(question: Hints, workspace: Workspace) -> Inferred | None:
    """One for each binding in the range, behind its name."""
    checked = await workspace.checked(question.path)
    if checked is None:
        return None
    bindings = await workspace.checker.ask(list[Binding], "bindings", question.path)
    first, last = question.range.start.line, question.range.end.line
    signed = _signed(checked.then.text)
    found: dict[tuple[int, int], Hint] = {}
    for binding in bindings or []:
        if binding.name in signed or not binding.type:
            continue
        place = checked.range(binding.span)
        if place and first <= place.start.line <= last:
            label = f":: {' '.join(binding.type.split())}"
            found[place.end.line, place.end.character] = Hint(position=place.end, label=label[:LENGTH])
    return Inferred(hints=list(found.values())[:ANSWER_ITEMS])


def _signed(text: str) -> set[str]:
    """What has a signature, and what needs none: fields, methods."""
    code = code_of(text)
    top = {one.name for one in declarations(code) if one.signature}
    parts = {part.name for one in declarations(code) for each in one.parts for part in (each, *each.parts)}
    local = {
        one.name
        for line in code.split("\n")
        if "::" in line and line.startswith((" ", "\t"))
        for one in declarations(line.strip())
        if one.signature
    }
    return top | parts | local

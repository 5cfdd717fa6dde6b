"""The outline of a file."""

from collections.abc import Iterable, Iterator

from sandbox.agent.language.declarations import Declaration, declarations
from sandbox.agent.language.text import Text, code_of, unliterate
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import ANSWER_ITEMS
from sandbox.messages import Outline, Symbol, Symbols

KINDS = {
    "function": 12,
    "data": 23,
    "newtype": 23,
    "type": 26,
    "class": 11,
    "instance": 19,
    "pattern": 9,
    "constructor": 9,
    "field": 8,
    "method": 6,
}
DETAIL = 200


async def answer(question: Symbols, workspace: Workspace) -> Outline:
    """Every declaration of the file, those of its parts below it."""
    source = workspace.text(question.path)
    return outline(source, literate=question.path.endswith(".lhs"))


def outline(source: str, *, literate: bool = False) -> Outline:
    text = Text(source)
    found: list[Symbol] = []
    for symbol in _symbols(
        declarations(code_of(unliterate(source) if literate else source)), text, None, found
    ):
        found.append(symbol)
        if len(found) == ANSWER_ITEMS:
            break
    return Outline(symbols=found)


def _symbols(
    declared: Iterable[Declaration], text: Text, parent: int | None, found: list[Symbol]
) -> Iterator[Symbol]:
    for one in declared:
        place = len(found)
        yield _symbol(one, text, parent)
        if one.kind != "function":
            yield from _symbols(one.parts, text, place, found)


def _symbol(one: Declaration, text: Text, parent: int | None) -> Symbol:
    return Symbol(
        name=one.name[:DETAIL] or one.kind,
        kind=KINDS[one.kind],
        range=text.range(one.start, one.end),
        selection=text.range(one.place, min(one.place + len(one.name), one.end)),
        detail=one.signature[:DETAIL],
        parent=parent,
    )

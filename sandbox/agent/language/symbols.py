"""What the workspace's files define, by a name or a part of one."""

from collections.abc import Iterator

from sandbox.agent.language.outline import outline
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import SYMBOLS
from sandbox.messages import FindSymbols, FoundSymbol, FoundSymbols, Place, Symbol


async def answer(question: FindSymbols, workspace: Workspace) -> FoundSymbols:
    """The nearest first; all of them for an empty query."""
    query = question.query.strip()
    found = [
        (away, one)
        for path, source in workspace.layout().sources.items()
        if workspace.has(path)
        for one in named(path, source.module, workspace.text(path))
        if (away := distance(query, one.name)) is not None
    ]
    found.sort(key=lambda each: (each[0], len(each[1].name), each[1].name, each[1].place.path))
    return FoundSymbols(symbols=[one for _, one in found[:SYMBOLS]])


def named(path: str, module: str, text: str) -> Iterator[FoundSymbol]:
    """The file's symbols, each in its module and, where it has one, its parent."""
    symbols = outline(text, literate=path.endswith(".lhs")).symbols
    for each in symbols:
        parent = None if each.parent is None else symbols[each.parent]
        yield FoundSymbol(
            name=each.name,
            kind=each.kind,
            place=Place(path=path, range=each.selection, binds=True),
            container=_container(module, parent),
        )


def _container(module: str, parent: Symbol | None) -> str:
    return ".".join(name for name in (module, parent.name if parent else "") if name)[:1000]


def distance(query: str, name: str) -> int | None:
    """0: the same; then in another case, at the start, within, with letters between; None: something else."""
    low, other = query.casefold(), name.casefold()
    if query == name:
        return 0
    if low == other:
        return 1
    if other.startswith(low):
        return 2
    if low in other:
        return 3
    letters = iter(other)
    return 4 if all(letter in letters for letter in low) else None

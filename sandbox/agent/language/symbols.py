"""What the workspace's files define, by a name or a part of one."""

import asyncio
from collections.abc import Iterator, Mapping
from time import monotonic

from sandbox.agent.language.outline import outline
from sandbox.agent.language.remembered import Remembered
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.package import laid_out
from sandbox.limits import SYMBOLS
from sandbox.messages import FindSymbols, FoundSymbol, FoundSymbols, Place, Symbol

READING_SECONDS = 5.0  # of files that nobody asked about before; what was read is remembered


async def answer(question: FindSymbols, workspace: Workspace) -> FoundSymbols:
    """The nearest first; all of them for an empty query. Raises Unanswerable."""
    return await asyncio.to_thread(_found, question.query.strip(), workspace.contents())


def _found(query: str, contents: Mapping[str, bytes]) -> FoundSymbols:
    """Of what could be read in time. Raises Unanswerable where that has nothing."""
    found = list[tuple[int, FoundSymbol]]()
    until = monotonic() + READING_SECONDS
    for path, source in laid_out(contents).sources.items():
        if monotonic() > until:
            if not found:
                raise Unanswerable("The workspace's files are still being read. Ask again in a moment.")
            break
        symbols = _symbols.of(path, source.module, contents[path])
        found += [(away, one) for one in symbols if (away := distance(query, one.name)) is not None]
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


_symbols = Remembered[FoundSymbol](lambda *file: tuple(named(*file)))


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

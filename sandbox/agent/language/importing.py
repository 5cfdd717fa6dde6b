"""Where names that a file lacks can be imported from, and which packages modules belong to."""

import asyncio
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from sandbox.agent.language import aliases, exports
from sandbox.agent.language.exports import Export
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.package import laid_out
from sandbox.limits import EXPORTERS
from sandbox.messages import Exported, FindExports, FoundExports, Sought

LIKE = 0.75  # of a name's letters
TYPES = ("type", "class", "family")


async def answer(question: FindExports, workspace: Workspace) -> FoundExports:
    """The workspace's own modules come before the packages'."""
    return await asyncio.to_thread(_found, question, workspace.contents())


async def beginning(workspace: Workspace, path: str, prefix: str) -> list[Export]:
    """What the file can import of the workspace's modules under a name that begins so."""
    return await asyncio.to_thread(_beginning, workspace.contents(), path, prefix.lower())


async def of_module(workspace: Workspace, module: str) -> list[Export]:
    """What a module of the workspace, else one of a package, exports."""
    return await asyncio.to_thread(_of_module, workspace.contents(), module)


def _importable(contents: Mapping[str, bytes], path: str) -> Iterator[Export]:
    """What the workspace's modules export that the file can import: those that do not need it themselves."""
    layout = laid_out(contents)
    needing = layout.dependents(path)
    for other, source in layout.sources.items():
        if source.module != "Main" and other not in needing:
            yield from exports.of_file(other, source.module, contents[other])


def _beginning(contents: Mapping[str, bytes], path: str, low: str) -> list[Export]:
    return [one for one in _importable(contents, path) if one.name.lower().startswith(low)]


def _of_module(contents: Mapping[str, bytes], module: str) -> list[Export]:
    own = [path for path, source in laid_out(contents).sources.items() if source.module == module]
    found = [one for path in own for one in exports.of_file(path, module, contents[path])]
    return found or exports.of_module(module)


def _found(question: FindExports, contents: Mapping[str, bytes]) -> FoundExports:
    there = list(_importable(contents, question.path))
    own = {one.module for one in there}
    return FoundExports(
        exports=[_like(each, there) if each.module else _exporting(each, there) for each in question.sought],
        packages=["" if module in own else exports.package_of(module) for module in question.modules],
    )


def _exporting(sought: Sought, there: list[Export]) -> list[Exported]:
    every = [*(one for one in there if one.name == sought.name), *exports.exporting(sought.name)]
    fitting = dict[str, Export]()
    for one in every:
        if (one.kind in TYPES) == sought.is_type:
            fitting.setdefault(one.module, one)
    first = [fitting[module] for module in _called(list(fitting), sought.alias)][:EXPORTERS]
    clashing = exports.clashing([one.module for one in first])
    return [_told(one, whole=one.module not in clashing) for one in first]


def _called(modules: list[str], alias: str) -> list[str]:
    """Those that one would call so, the nearest first."""
    if not alias:
        return modules
    far = [(away, module) for module in modules if (away := aliases.distance(module, alias)) is not None]
    return [module for _, module in sorted(far, key=lambda each: each[0])]


def _like(sought: Sought, there: list[Export]) -> list[Exported]:
    """What the module exports under a name that looks alike."""
    every = [one for one in there if one.module == sought.module] or exports.of_module(sought.module)
    named = {one.name: one for one in every}
    return [_told(named[name]) for name in get_close_matches(sought.name, named, 3, LIKE)]


def _told(one: Export, *, whole: bool = False) -> Exported:
    return Exported(
        name=one.name[:1000], kind=one.kind, module=one.module[:1000], parent=one.parent[:1000], whole=whole
    )

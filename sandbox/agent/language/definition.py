"""Where something is defined: in this file, or in another of the workspace."""

from sandbox.agent.language.found import Found
from sandbox.agent.language.workspace import Workspace
from sandbox.messages import Definition, Place, Places, Position, Range


async def answer(question: Definition, workspace: Workspace) -> Places:
    """No place for what comes from a package."""
    checked = await workspace.checked(question.path)
    if checked is None:
        return Places(places=[])
    line, column = checked.point(question.position)
    found = await workspace.checker.ask(Found, "at", question.path, line, column, line, column)
    if found is None:
        return Places(places=[])
    places = [
        Place(path=path, range=place, binds=True)
        for named in found.names
        if named.definition and (path := named.definition.file.removeprefix("./"))
        if (other := workspace.beside(path)) and (place := other.range(named.definition.span))
    ]
    return Places(places=list(dict.fromkeys([*places, *_modules(found, workspace)])))


def _modules(found: Found, workspace: Workspace) -> list[Place]:
    """The start of the workspace's modules of that name."""
    start = Range(start=Position(line=0, character=0), end=Position(line=0, character=0))
    sources = workspace.layout().sources
    return [
        Place(path=path, range=start, binds=True)
        for name in found.modules
        for path, source in sources.items()
        if source.module == name
    ]

"""Where something is named: in the file, or in all of the workspace."""

from sandbox.agent.language.checked import Checked
from sandbox.agent.language.found import FileUses, Use
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import ANSWER_ITEMS
from sandbox.messages import Highlight, Place, Places, References


async def highlight(question: Highlight, workspace: Workspace) -> Places | None:
    """In this file."""
    checked = await workspace.checked(question.path)
    if checked is None:
        return None
    line, column = checked.place(question.position)
    uses = await workspace.checker.ask(list[Use], "here", question.path, line, column)
    return Places(places=_places(question.path, uses or [], checked)[:ANSWER_ITEMS])


async def references(question: References, workspace: Workspace) -> Places | None:
    """In every file that GHC has checked."""
    await workspace.all_checked()
    checked = await workspace.checked(question.path)
    if checked is None:
        return None
    line, column = checked.place(question.position)
    files = await workspace.checker.ask(list[FileUses], "uses", question.path, line, column)
    places = [
        place
        for each in files or []
        if (source := workspace.beside(each.file))
        for place in _places(each.file, each.uses, source)
        if question.declaration or not place.binds
    ]
    return Places(places=places[:ANSWER_ITEMS])


def _places(path: str, uses: list[Use], checked: Checked) -> list[Place]:
    found = {
        (place.start.line, place.start.character): Place(path=path, range=place, binds=use.binds)
        for use in uses
        if (place := checked.range(use.span))
    }
    return list(found.values())

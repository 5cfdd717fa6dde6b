"""The type of the function whose argument is being written, and which argument that is."""

from sandbox.agent.language.application import Application, applications
from sandbox.agent.language.checked import Checked
from sandbox.agent.language.found import Found, Named
from sandbox.agent.language.hover import HEADED, declared, words
from sandbox.agent.language.meaning import meant
from sandbox.agent.language.records import selects
from sandbox.agent.language.text import Text
from sandbox.agent.language.workspace import Workspace
from sandbox.messages import Signature, SignatureAt

DEPTH = 4  # applications around the place that are looked at


async def answer(question: SignatureAt, workspace: Workspace) -> Signature | None:
    """That of the innermost application that is not full yet; None outside of any."""
    path = question.path
    text = Text(workspace.text(path))
    around = applications(
        text.text, text.offset(question.position), selects=selects(workspace.layout().options, text.text)
    )
    checked = await workspace.checked(path) if around else None
    for one in around[:DEPTH]:
        named = await _function(path, workspace, checked, one)
        if named and named.kind not in HEADED and (told := await _signature(named, one.argument)):
            return told
    return None


async def _function(
    path: str, workspace: Workspace, checked: Checked | None, one: Application
) -> Named | None:
    """As GHC found it where it stands; else by its name."""
    if checked is not None:
        line, column = checked.place(checked.now.position(one.place))
        found = await workspace.checker.ask(Found, "at", path, line, column, line, column)
        if found and found.names and found.names[0].name == one.name:
            return found.names[0]
    return await meant(path, workspace, checked, one.place, one.qualifier, one.name)


async def _signature(named: Named, argument: int) -> Signature | None:
    label = " ".join(declared(named).split())
    parameters = _parameters(label)
    if argument >= len(parameters):
        return None
    text = await words(named)
    return Signature(label=label[:16_000], parameters=parameters[:100], active=argument, text=text[:16_000])


def _parameters(label: str) -> list[tuple[int, int]]:
    """The stretches between the arrows of a type, without its result and its context."""
    place = label.find(":: ") + 3
    depth, start, found = 0, place, []
    while place < len(label):
        letter = label[place]
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and label.startswith(" -> ", place):
            found.append((start, place))
            start = place = place + 4
            continue
        if depth == 0 and (label.startswith("=> ", place) or label.startswith(". ", place)):
            step = 3 if label[place] == "=" else 2
            start = place = place + step
            continue
        place += 1
    return found

"""The type of the function whose argument is being written, and which argument that is."""

import re

from sandbox.agent.language.found import Found
from sandbox.agent.language.hover import declared, words
from sandbox.agent.language.text import Text, code_of
from sandbox.agent.language.workspace import Workspace
from sandbox.messages import Signature, SignatureAt

_TOKEN = re.compile(r"[\w.']+|\"|[()\[\]{},;]|[!#$%&*+./<=>?@\\^|~:-]+|`[^`]*`|\S")
_WORD = re.compile(r"(?:[A-Z][\w']*\.)*[a-zA-Z_][\w']*")
_ENDS = {"in", "then", "else", "of", "do", "let", "where", "if", "case"}  # and every operator
REACH = 2000  # letters before the place that are looked at


async def answer(question: SignatureAt, workspace: Workspace) -> Signature | None:
    """None outside of an application."""
    text = Text(workspace.text(question.path))
    offset = text.offset(question.position)
    head = application(code_of(text.text)[:offset])
    if head is None:
        return None
    place, count = head
    checked = await workspace.checked(question.path)
    if checked is None:
        return None
    line, column = checked.place(text.position(place))
    found = await workspace.checker.ask(Found, "at", question.path, line, column, line, column)
    word = _WORD.match(text.text, place)
    if found is None or not found.names or not word or word[0].rpartition(".")[2] != found.names[0].name:
        return None  # GHC has not seen this application yet
    return await _signature(found, count)


def application(code: str) -> tuple[int, int] | None:
    """Where the function of the innermost application before the end stands, and its finished arguments."""
    base = max(len(code) - REACH, 0)
    top = code.rfind("\n", 0, len(code))
    while top > base and code[top + 1 : top + 2].isspace():
        top = code.rfind("\n", 0, top)
    start = max(top, base, 0)
    stack: list[list[int]] = [[]]
    for token in _TOKEN.finditer(code, start):
        if token[0] in "([{":
            stack[-1].append(token.start())
            stack.append([])
        elif token[0] in ")]}":
            if len(stack) > 1:
                stack.pop()
        elif token[0] in _ENDS or not (token[0][0].isalnum() or token[0][0] in "_\"'"):
            stack[-1] = []
        else:
            stack[-1].append(token.start())
    items = stack[-1]
    if not items or not _WORD.match(code, items[0]):
        return None
    written = len(items) - 1
    if code[-1:].isspace():
        return items[0], written
    return (items[0], written - 1) if written else None


async def _signature(found: Found, count: int) -> Signature | None:
    named = found.names[0]
    label = " ".join(declared(named).split())
    parameters = _parameters(label)
    if count >= len(parameters):
        return None
    text = await words(named)
    return Signature(label=label[:16_000], parameters=parameters[:100], active=count, text=text[:16_000])


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

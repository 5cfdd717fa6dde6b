"""What a name means where GHC has not seen it yet: the text of the moment perhaps does not parse."""

import re

from sandbox.agent.language.checked import Checked
from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.exports import Export
from sandbox.agent.language.found import Named
from sandbox.agent.language.imported import giving, imports
from sandbox.agent.language.importing import of_module
from sandbox.agent.language.text import Text, code_of
from sandbox.agent.language.workspace import Workspace
from sandbox.index.database import TYPES
from sandbox.spelling import LETTER, NAME, QUALIFIER, SYMBOL

_NAME = re.compile(rf"(?<!{LETTER})({QUALIFIER})((?<!\d){NAME})|({QUALIFIER})((?<!{SYMBOL}){SYMBOL}+)")


def name_at(text: str, offset: int) -> tuple[int, int, str, str] | None:
    """Where the name around the offset begins and ends, without its qualifier; that, and the name."""
    code = code_of(text)
    start = code.rfind("\n", 0, offset) + 1
    for found in _NAME.finditer(code, start, _end_of_line(code, offset)):
        if found.start() <= offset <= found.end():
            group = 2 if found[2] else 4
            return found.start(group), found.end(), found[group - 1].rstrip("."), found[group]
    return None


def _end_of_line(code: str, offset: int) -> int:
    end = code.find("\n", offset)
    return len(code) if end < 0 else end


async def meant(
    path: str, workspace: Workspace, checked: Checked | None, place: int, qualifier: str, name: str
) -> Named | None:
    """What this name is for who writes it there, a value before a type; `place` is an offset.

    By what GHC knew of the file, else by its own signatures, else by its import lines.
    """
    text = workspace.text(path)
    if checked is not None:
        asked = ("meant", path, *checked.place(Text(text).position(place)), qualifier, name)
        if found := await workspace.checker.ask(Named, *asked):
            return found
    return (None if qualifier else _declared(text, name)) or await _imported(workspace, text, qualifier, name)


def _declared(text: str, name: str) -> Named | None:
    found = (one for one in declarations(code_of(text)) if one.name == name and one.signature)
    return next((Named(name=name, type=one.signature) for one in found), None)


async def _imported(workspace: Workspace, text: str, qualifier: str, name: str) -> Named | None:
    found = [
        one
        for each in giving(imports(text), qualifier)
        for one in await of_module(workspace, each.module)
        if one.name == name and each.gives(one)
    ]
    return next((named(one) for one in sorted(found, key=lambda one: one.kind in TYPES)), None)


def named(one: Export, words: str = "") -> Named:
    """What a module exports, in GHC's words."""
    kind = "type" if one.kind in TYPES else "value"
    return Named(name=one.name, kind=kind, type=one.type, module=one.module, documentation=words)

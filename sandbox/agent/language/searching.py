"""Searches the toolchain's packages and the workspace, by name and by type."""

import asyncio
import contextlib
from collections.abc import Iterator

from sandbox.agent.language import catalogue
from sandbox.agent.language.catalogue import Found
from sandbox.agent.language.comments import comment_above
from sandbox.agent.language.declarations import Declaration, declarations
from sandbox.agent.language.found import Binding
from sandbox.agent.language.found import Found as PlaceFound
from sandbox.agent.language.haddock import markdown
from sandbox.agent.language.query import query
from sandbox.agent.language.text import Text, code_of, unliterate
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.package import laid_out
from sandbox.limits import ANSWER_BYTES
from sandbox.messages import Documentation, Match, Matches, Place, Search

KINDS = {"data": "type", "newtype": "type"}  # others are called alike here and there
HEADS = ("data", "newtype", "type", "class")
DOCUMENTATION = 3000  # characters of one definition's
ENCODED = 3  # bytes that a character may become, on the whole


async def answer(question: Search, workspace: Workspace) -> Matches:
    """None is found for what is no query, and the answer says why."""
    asked = query(question.query)
    if asked.is_empty:
        return Matches(matches=[], why=asked.why)
    places: dict[Found, Place] = {}
    contents = workspace.contents()
    for path, source in laid_out(contents).sources.items():
        places.update(await _own(workspace, path, source.module, contents[path].decode(errors="replace")))
    found = await asyncio.to_thread(catalogue.search, asked, list(places), question.limit)
    most = min(DOCUMENTATION, ANSWER_BYTES // ENCODED // (len(found) + 1) - 1000)
    matches = [_match(one, _place_of(one, places), max(most, 0)) for one in found]
    return Matches(matches=matches, why=asked.why)


async def about(question: Documentation, workspace: Workspace) -> Matches:
    """What the index has under the name at the place, in the module that defines it."""
    checked = await workspace.checked(question.path)
    if checked is None:
        return Matches(matches=[])
    line, column = checked.place(question.position)
    at = await workspace.checker.ask(PlaceFound, "at", question.path, line, column, line, column)
    named = next((name for name in at.names if name.package and name.module), None) if at else None
    if named is None or named.module is None:
        return Matches(matches=[])
    is_type = named.kind in ("type", "class")
    found = await asyncio.to_thread(catalogue.defined, named.name, named.module, is_type=is_type)
    return Matches(matches=[_match(one, None, DOCUMENTATION) for one in found[:1]])


def _place_of(one: Found, places: dict[Found, Place]) -> Place | None:
    if one.id:
        return None
    wanted = (one.name, one.kind, one.module)
    same = (place for own, place in places.items() if (own.name, own.kind, own.module) == wanted)
    return next(same, None)


def _match(one: Found, place: Place | None, most: int) -> Match:
    text = markdown(one.text)
    return Match(
        name=one.name[:1000],
        kind=one.kind,
        type=one.type[:4000],
        module=one.module[:1000],
        package=one.package,
        parent=one.parent[:1000],
        text=text if len(text) <= most else f"{text[:most].rpartition(chr(10))[0]}\n…",
        modules=list(one.modules),
        place=place,
    )


async def _own(workspace: Workspace, path: str, module: str, text: str) -> dict[Found, Place]:
    """What a file of the workspace defines, with the types that GHC found of it."""
    inferred = dict[str, str]()
    with contextlib.suppress(Unanswerable):
        bindings = await workspace.checker.ask(list[Binding], "bindings", path)
        inferred = {one.name: " ".join(one.type.split()) for one in bindings or [] if one.top}
    return await asyncio.to_thread(lambda: dict(_definitions(path, module, text, inferred)))


def _definitions(path: str, module: str, text: str, types: dict[str, str]) -> Iterator[tuple[Found, Place]]:
    plain = unliterate(text) if path.endswith(".lhs") else text
    reading = Text(text)
    for declared in declarations(code_of(plain)):
        for parent, one in ((None, declared), *((declared, part) for part in named_parts(declared))):
            if one.kind == "instance" or not one.name:
                continue
            place = reading.range(one.place, min(one.place + len(one.name), one.end))
            found = Found(
                id=0,
                name=one.name,
                kind=KINDS.get(one.kind, one.kind),
                parent=parent.name if parent else "",
                type=_shown(one, types),
                text=comment_above(text, place.start.line + 1),
                module=module,
                package="",
            )
            yield found, Place(path=path, range=place, binds=True)


def _shown(one: Declaration, types: dict[str, str]) -> str:
    if one.kind in HEADS:
        return f"{one.kind} {one.name}"
    return types.get(one.name) or " ".join(one.signature.split())


def named_parts(declared: Declaration) -> Iterator[Declaration]:
    if declared.kind not in ("function", "instance"):
        for part in declared.parts:
            yield part
            yield from named_parts(part)

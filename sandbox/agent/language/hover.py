"""What stands at a place: its type, where it comes from, its documentation."""

import asyncio

from sandbox.agent.language import catalogue, exports, hackage, holes, meaning
from sandbox.agent.language.checked import Checked, Span
from sandbox.agent.language.comments import begins_its_line, comment_above
from sandbox.agent.language.exports import Export
from sandbox.agent.language.found import Defined, Found, Named
from sandbox.agent.language.haddock import markdown
from sandbox.agent.language.text import Text
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import MESSAGE_BYTES
from sandbox.messages import Describe, Description, Hover, Range

WIDTH = 4000  # letters of one type
HEADED = ("type", "class")


async def answer(question: Hover, workspace: Workspace) -> Description | None:
    """None where nothing is known."""
    checked = await workspace.checked(question.path)
    if checked is not None and (found := await _found(question, workspace, checked)):
        return found
    return None if question.selection else await _by_name(question, workspace, checked)


async def _found(question: Hover, workspace: Workspace, checked: Checked) -> Description | None:
    """What GHC found there, where it has seen the text."""
    chosen = question.selection or Range(start=question.position, end=question.position)
    place = (*checked.point(chosen.start), *checked.point(chosen.end))
    found = await workspace.checker.ask(Found, "at", question.path, *place)
    if found is None:
        return None
    span = found.span if found.names or found.modules else found.type_span
    if span is None or (not checked.current and checked.range(span) is None):
        return None
    if told := _hole(question.path, workspace, checked, span):
        return told
    return await _described(found, workspace, checked.range(span))


async def _by_name(question: Hover, workspace: Workspace, checked: Checked | None) -> Description | None:
    """In a text that GHC could not read yet."""
    text = Text(workspace.text(question.path))
    written = (
        None if checked and checked.current else meaning.name_at(text.text, text.offset(question.position))
    )
    if written is None:
        return None
    start, end, qualifier, name = written
    named = await meaning.meant(question.path, workspace, checked, start, qualifier, name)
    if named is None:
        return None
    return _cut(declared(named), await _text(named, workspace), text.range(start, end))


def _hole(path: str, workspace: Workspace, checked: Checked, span: Span) -> Description | None:
    """What GHC said of the hole that stands there."""
    place = checked.before(span)
    said = (each for each in workspace.loader.diagnostics({path}) if each.range == place)
    found = next((found for each in said if (found := holes.hole(each.message))), None)
    if found is None:
        return None
    return _cut(found.itself, holes.shown(found), checked.range(span))


async def describe(question: Describe, workspace: Workspace) -> Description | None:
    """A name by its module, as a completion offered it."""
    workspace.text(question.path)
    named = await workspace.checker.ask(Named, "about", question.path, question.module, question.name)
    if named is not None:
        return _cut(declared(named), await _text(named, workspace))
    found = await asyncio.to_thread(exports.words_on, question.module, question.name)
    return None if found is None else _indexed(*found)


def _indexed(one: Export, words: str) -> Description:
    """A name of a module that is not loaded."""
    named = meaning.named(one, words)
    parts = [f"*exported by* `{one.module}`", markdown(words), _page(named)]
    return _cut(declared(named), "\n\n".join(part for part in parts if part))


def declared(named: Named) -> str:
    """The name with its type, or a type's head."""
    if named.kind in HEADED:
        return named.type[:WIDTH] or named.name
    name = named.name if named.name[0].isalpha() or named.name[0] in "_([" else f"({named.name})"
    return f"{name} :: {named.type[:WIDTH]}" if named.type else name


async def words(named: Named) -> str:
    """Its documentation as Markdown: GHC's, or for most packages that of the image's index."""
    text = named.documentation
    if not text and named.package and named.module:
        is_type = named.kind in HEADED
        text = await asyncio.to_thread(catalogue.documentation, named.module, named.name, is_type=is_type)
    return markdown(text)


async def _described(found: Found, workspace: Workspace, place: Range | None) -> Description | None:
    if found.names:
        named = found.names[0]
        code, text = declared(named), await _text(named, workspace)
        if found.type and found.type_span == found.span and found.type != named.type:
            code += f"\n-- here: {' '.join(found.type.split())[:WIDTH]}"
    elif found.modules:
        code, text = f"module {found.modules[0]}", ""
    elif found.type:
        code, text = found.type[:WIDTH], ""
    else:
        return None
    return _cut(code, text, place)


def _cut(code: str, text: str, place: Range | None = None) -> Description:
    """As much of it as an answer can hold."""
    return Description(code=code[:MESSAGE_BYTES], text=text[: 4 * MESSAGE_BYTES], range=place)


async def _text(named: Named, workspace: Workspace) -> str:
    parts = [_origin(named), await words(named)]
    if named.definition and not named.documentation:
        parts.append(markdown(_comment(named.definition, workspace, is_local=named.module is None)))
    if named.package:
        parts.append(await asyncio.to_thread(_page, named))
    return "\n\n".join(part for part in parts if part)


def _page(named: Named) -> str:
    """A link to the documentation of a package's name."""
    is_type = named.kind in HEADED
    home = catalogue.home(named.module or "", named.name, is_type=is_type)
    return f"[Documentation on Hackage]({hackage.address(home, named.name, is_type=is_type)})" if home else ""


def _comment(definition: Defined, workspace: Workspace, *, is_local: bool) -> str:
    """What the workspace's own text says above the definition."""
    source = workspace.beside(definition.file.removeprefix("./"))
    line, column, *_ = definition.span
    if source is None or (is_local and not begins_its_line(source.then.text, line, column)):
        return ""
    return comment_above(source.then.text, line)


def _origin(named: Named) -> str:
    if named.module is None:
        return f"*bound in line {named.definition.span[0]}*" if named.definition else ""
    package = f" ({named.package})" if named.package else ""
    return f"*defined in* `{named.module}`{package}"

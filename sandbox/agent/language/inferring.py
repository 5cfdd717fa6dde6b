"""The type that GHC infers for a binding whose signature is wrong: tried out first, as a new name is.

errors in the binding ─► the module without its signature ─► the type ─► the module with it: no new error
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox.agent import diagnostics as messages
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.found import Binding
from sandbox.agent.language.hints import NOTHING, Signed
from sandbox.agent.language.text import Text, code_of
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.turns import Busy
from sandbox.limits import INFER_SECONDS
from sandbox.messages import Diagnostic, InferredSignature, InferSignature, LocalSignature, Range
from sandbox.spelling import OF_TYPE

SECONDS = INFER_SECONDS / 2  # of one load

_BEGINS = re.compile(r"\s+|.*\b(?:let|where)\s+")  # a binding, as what stands before it in its line
_LETTER = re.compile(r"[^\t]")
# Of a name, up to the next declaration.
_SIGNATURE = r"^{}\s*{}\s*(?P<type>\S.*(?:\n[ \t]+\S.*|\n[ \t]*(?=\n))*)"


@dataclass(frozen=True)
class Annotated:
    """A binding at the top level with a signature of its own; all are offsets."""

    name: str
    start: int
    end: int
    signature: int  # where the signature begins, and its type
    type_start: int
    type_end: int


async def answer(question: InferSignature, workspace: Workspace) -> InferredSignature | None:
    """None where the type that is inferred would put nothing right."""
    signed = signed_at(workspace.text(question.path), question)
    if signed is None:
        return None
    async with _trial(workspace):
        return await _tried(question.path, signed.name, question, workspace)


async def _tried(
    path: str, name: str, question: InferSignature, workspace: Workspace
) -> InferredSignature | None:
    source = workspace.text(path)
    signed = signed_at(source, question)
    text = Text(source)
    before = await workspace.loader.faults(SECONDS)
    if signed is None or signed.name != name or not _inside(before, path, signed, text):
        return None
    written = source[signed.signature : signed.type_end]
    bare = source[: signed.signature] + re.sub(r"[^\n]", " ", written) + source[signed.type_end :]
    await workspace.loader.faults_with({path: bare.encode()}, SECONDS)
    type_ = await _type(path, signed, bare, workspace)
    if type_ is None:
        return None
    made = source[: signed.type_start] + type_ + source[signed.type_end :]
    after = await workspace.loader.faults_with({path: made.encode()}, SECONDS)
    again = signed_at(made, question, name)
    if again is None or _inside(after, path, again, Text(made)) or _new(before, after):
        return None
    return InferredSignature(name=name, range=text.range(signed.type_start, signed.type_end), text=type_)


def signed_at(source: str, question: InferSignature, name: str | None = None) -> Annotated | None:
    """The binding around the place, or of this name; None where it has no signature for itself alone."""
    code = code_of(source)
    place = Text(source).offset(question.position)
    for one in declarations(code):
        here = one.start <= place <= one.end if name is None else one.name == name
        if one.kind != "function" or not one.bound or not one.signature or not here:
            continue
        found = list(re.finditer(_SIGNATURE.format(_written(one.name), OF_TYPE), code, re.MULTILINE))
        if len(found) != 1:
            return None
        [match] = found
        type_end = match.start("type") + len(match["type"].rstrip())
        return Annotated(one.name, one.start, one.end, match.start(), match.start("type"), type_end)
    return None


async def local(question: LocalSignature, workspace: Workspace) -> InferredSignature | None:
    """None where there is none that compiles: it may need a type variable of the binding around it."""
    unsigned = await _unsigned(question, workspace)
    if unsigned is None:
        return None
    async with _trial(workspace):
        source = workspace.text(question.path)
        before = await workspace.loader.faults(SECONDS)
        if await _unsigned(question, workspace) != unsigned:
            return None
        place = Text(source).offset(unsigned.range.start)
        made = source[:place] + unsigned.text + source[place:]
        after = await workspace.loader.faults_with({question.path: made.encode()}, SECONDS)
        return None if _new(before, after) else unsigned


async def _unsigned(question: LocalSignature, workspace: Workspace) -> InferredSignature | None:
    """A signature with the type that GHC found, for a binding that begins its line, or its block."""
    checked = await workspace.checked(question.path)
    if checked is None or not checked.current:
        return None
    signed, asked = Signed(checked.now.text), checked.now.offset(question.position)
    for binding in await workspace.checker.ask(list[Binding], "bindings", question.path) or []:
        place = checked.before(binding.span)
        start, end = checked.now.offset(place.start), checked.now.offset(place.end)
        margin = checked.now.text[checked.now.start_of(place.start.line) : start]
        if start <= asked <= end and _BEGINS.fullmatch(margin) and _lacks(binding, signed):
            signature = f"{_in_brackets(binding.name)} :: {' '.join(binding.type.split())}"
            text = f"{signature}\n{_LETTER.sub(' ', margin)}"
            return InferredSignature(name=binding.name, range=Range(place.start, place.start), text=text)
    return None


def _lacks(binding: Binding, signed: Signed) -> bool:
    """A signature that could be written."""
    is_known = NOTHING not in re.findall(r"\w+", binding.type)
    return binding.value and not binding.top and is_known and not signed.has(binding)


@asynccontextmanager
async def _trial(workspace: Workspace) -> AsyncIterator[None]:
    try:
        async with workspace.loader.trial():
            yield
    except Busy as busy:
        raise Unanswerable(f"{busy} Ask again once that is over.") from None
    except (GhciStuck, GhciDied, OSError):
        raise Unanswerable("GHC ended while it looked for the type. Try again.") from None


async def _type(path: str, signed: Annotated, bare: str, workspace: Workspace) -> str | None:
    """What GHC found of the binding in the text without its signature; None where it was not checked."""
    if workspace.checker.text(path) != bare.removeprefix("\ufeff"):
        return None
    text = Text(bare)
    lines = range(text.position(signed.start).line + 1, text.position(signed.end).line + 2)
    for binding in await workspace.checker.ask(list[Binding], "bindings", path) or []:
        if binding.top and binding.name == signed.name and binding.span[0] in lines:
            return " ".join(binding.type.split()) or None
    return None


def _inside(faults: Iterable[Diagnostic], path: str, signed: Annotated, text: Text) -> list[Diagnostic]:
    """Those that lie in the binding."""
    uri = messages.uri(path)
    return [
        each
        for each in faults
        if each.uri == uri and signed.start <= text.offset(each.range.start) <= signed.end
    ]


def _new(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> Counter[tuple[str, str]]:
    """The errors that were not there before, wherever they stand."""
    then, now = (
        Counter((each.uri, " ".join(each.message.split())) for each in one) for one in (before, after)
    )
    return now - then


def _written(name: str) -> str:
    """A pattern for the name as a signature has it."""
    return re.escape(name) if name[0].isalpha() or name[0] == "_" else rf"\(\s*{re.escape(name)}\s*\)"


def _in_brackets(name: str) -> str:
    return name if name[0].isalpha() or name[0] == "_" else f"({name})"

"""The type that GHC infers for a binding whose signature is wrong: tried out first, as a new name is.

errors in the binding ─► the module without its signature ─► the type ─► the module with it: no new error
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.agent import diagnostics as messages
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.found import Binding
from sandbox.agent.language.text import OF_TYPE, Text, code_of
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.turns import Busy
from sandbox.limits import INFER_SECONDS
from sandbox.messages import Diagnostic, InferredSignature, InferSignature

SECONDS = INFER_SECONDS / 2  # of one load

# Of a name, up to the next declaration.
_SIGNATURE = r"^{}\s*{}\s*(?P<type>\S.*(?:\n[ \t]+\S.*|\n[ \t]*(?=\n))*)"


@dataclass(frozen=True)
class Signed:
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
    try:
        async with workspace.loader.trial():
            return await _tried(question.path, signed.name, question, workspace)
    except Busy as busy:
        raise Unanswerable(f"{busy} Ask again once that is over.") from None
    except (GhciStuck, GhciDied, OSError):
        raise Unanswerable("GHC ended while it looked for the type. Try again.") from None


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


def signed_at(source: str, question: InferSignature, name: str | None = None) -> Signed | None:
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
        return Signed(one.name, one.start, one.end, match.start(), match.start("type"), type_end)
    return None


async def _type(path: str, signed: Signed, bare: str, workspace: Workspace) -> str | None:
    """What GHC found of the binding in the text without its signature; None where it was not checked."""
    if workspace.checker.text(path) != bare.removeprefix("\ufeff"):
        return None
    text = Text(bare)
    lines = range(text.position(signed.start).line + 1, text.position(signed.end).line + 2)
    for binding in await workspace.checker.ask(list[Binding], "bindings", path) or []:
        if binding.top and binding.name == signed.name and binding.span[0] in lines:
            return " ".join(binding.type.split()) or None
    return None


def _inside(faults: Iterable[Diagnostic], path: str, signed: Signed, text: Text) -> list[Diagnostic]:
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

"""Type signatures: missing ones, wrong ones, those that lack a constraint or a binding. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.source import Source
from ide.editor.positions import offset
from sandbox.messages import InferredSignature
from sandbox.spelling import LARGE, OF_TYPE, SMALL_NAME, SYMBOL

LINE = 100
# Errors that a signature may be the cause of: a type that does not match, a constraint that does not hold.
MISTYPED = {"GHC-83865", "GHC-18872", "GHC-25897", "GHC-39999", "GHC-05617", "GHC-27958"}

_LOCAL = re.compile(rf"(?:\s+|.*\b(?:let|where)\s+)(?P<name>{SMALL_NAME}|\({SYMBOL}+\))(?!\s*{OF_TYPE})")
_MISSING = re.compile(r"Top-level binding with no type signature: (?P<name>\S+) :: (?P<type>.+)")
_MISMATCH = re.compile(
    r"Expected: (?P<expected>.+?) Actual: (?P<actual>.+?) • In .*?In an equation for ‘(?P<name>[^’]+)’"
)
_CONTEXT = re.compile(
    r"add (?P<constraint>\(.+?\)) to the context of the type signature for: (?P<name>\S+) ::"
)
_NO_BINDING = re.compile(r"The type signature for ‘(?P<name>[^’]+)’ lacks an accompanying binding")
_FORALL = re.compile(
    r"(?P<forall>forall [^.]*\.\s*)?"
    rf"(?P<context>(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|{LARGE}[^=()]*?)\s*=>\s*)?"
)


def fixes(problem: Problem) -> Iterator[Fix]:
    for fixer in (_added, _replaced, _constrained, _bound):
        yield from fixer(problem)


def inferred(text: str, signature: InferredSignature) -> Fix:
    """What GHC infers of the binding, in the place of what its signature says."""
    start, end = (offset(text, each, "utf-16") for each in (signature.range.start, signature.range.end))
    title = f"Replace the signature of {signature.name} by its inferred type {signature.text}"
    return Fix(_short(title), (Edit(start, end, signature.text),))


def added(text: str, signature: InferredSignature) -> Fix:
    """Above a local binding that has none."""
    place = offset(text, signature.range.start, "utf-16")
    title = f"Add the type signature {' '.join(signature.text.split())}"
    return Fix(_short(title), (Edit(place, place, signature.text),))


def binds_at(text: str, place: int) -> bool:
    """Whether a local binding may begin with the name that stands there."""
    source = Source(text)
    start = source.start_of_line(place)
    found = _LOCAL.match(source.code[start : source.end_of_line(place)])
    return found is not None and found.start("name") <= place - start <= found.end("name")


def _added(problem: Problem) -> Iterator[Fix]:
    if match := _MISSING.search(problem.flat):
        place = problem.source.start_of_line(problem.start)
        margin = " " * problem.source.column(_first_of_line(problem.source, problem.start))
        signature = _folded(f"{margin}{match['name']} :: ", match["type"])
        title = f"Add the type signature {match['name']} :: {match['type']}"
        yield Fix(_short(title), (Edit(place, place, f"{signature}\n"),), preferred=True)


def _first_of_line(source: Source, place: int) -> int:
    start = source.start_of_line(place)
    return start + source.indentation(place)


def _folded(head: str, type_: str) -> str:
    """The signature, with a line for each argument when it is too long for one."""
    if len(head) + len(type_) <= LINE:
        return head + type_
    margin = " " * (len(head) - len(head.lstrip()) + 2)
    return f"{head.rstrip(': ')} ::\n{margin}" + f" ->\n{margin}".join(_arguments(type_))


def _arguments(type_: str) -> list[str]:
    """What the outermost arrows part."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"[(\[]|[)\]]| -> ", type_):
        if match[0] == " -> ":
            if depth == 0:
                parts.append(type_[start : match.start()])
                start = match.end()
        else:
            depth += 1 if match[0] in "([" else -1
    return [*parts, type_[start:]]


def _replaced(problem: Problem) -> Iterator[Fix]:
    """Where a whole binding has another type than its signature, what GHC found it to be."""
    match = _MISMATCH.search(problem.flat)
    signature = find(problem.source, match["name"]) if match else None
    if not match or not signature:
        return
    start, end = signature
    written = " ".join(problem.source.text[start:end].split())
    result = _arguments(written)[-1]
    if match["expected"] not in (written, result) or re.search(r"\b[a-z]\w*0\b", match["actual"]):
        return
    type_ = written.removesuffix(match["expected"]) + match["actual"]
    yield Fix(_short(f"Change the type of {match['name']} to {type_}"), (Edit(start, end, type_),))


def _constrained(problem: Problem) -> Iterator[Fix]:
    match = _CONTEXT.search(problem.flat)
    signature = find(problem.source, match["name"].strip("()")) if match else None
    if not match or not signature:
        return
    start, end = signature
    constraint = match["constraint"][1:-1]
    there = _FORALL.match(problem.source.text, start, end)
    assert there  # noqa: S101 - every part of it may be empty
    title = f"Add {constraint} to the type of {match['name']}"
    if there["context"]:
        context = there["context"].rpartition("=>")[0].strip()
        inside = context[1:-1].strip() if context.startswith("(") else context
        text = f"({inside}, {constraint})" if inside else constraint
        place = there.start("context")
        edit = Edit(place, place + len(there["context"].rpartition("=>")[0].rstrip()), text)
    else:
        place = there.end("forall") if there["forall"] else start
        edit = Edit(place, place, f"{constraint} => ")
    yield Fix(_short(title), (edit,), preferred=True)


def _bound(problem: Problem) -> Iterator[Fix]:
    match = _NO_BINDING.search(problem.flat)
    signature = find(problem.source, match["name"], problem.start) if match else None
    if match and signature:
        name = (
            match["name"] if match["name"][0].isalpha() or match["name"][0] == "_" else f"({match['name']})"
        )
        margin = " " * problem.source.indentation(problem.start)
        place = problem.source.end_of_line(signature[1])
        yield Fix(f"Define {match['name']}", (Edit(place, place, f"\n{margin}{name} = _"),), preferred=True)
        start = problem.source.start_of_line(problem.start)
        gone = Edit(start, problem.source.after_line(signature[1]), "")
        yield Fix(f"Remove the type signature of {match['name']}", (gone,))


def find(source: Source, name: str, near: int | None = None) -> tuple[int, int] | None:
    """Where the type in a name's signature stands: the only one of that name, or that of the line."""
    symbol = re.escape(name) if name[0].isalnum() or name[0] == "_" else rf"\({re.escape(name)}\)"
    pattern = re.compile(rf"^(?P<margin> *){symbol}\s*{OF_TYPE}\s*(?=\S)", re.MULTILINE)
    found = [
        match
        for match in pattern.finditer(source.code)
        if near is None or source.start_of_line(match.start()) == source.start_of_line(near)
    ]
    if len(found) != 1:
        return None
    return found[0].end(), source.end_of_block(found[0].start(), len(found[0]["margin"]))


def _short(title: str) -> str:
    return title if len(title) <= 120 else f"{title[:119]}…"

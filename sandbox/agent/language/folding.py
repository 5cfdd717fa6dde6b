"""Which lines of a file can be folded away: found in its text, so errors do not disturb it."""

import re
from collections.abc import Iterator
from itertools import chain

from sandbox.agent.language.declarations import Declaration, declarations
from sandbox.agent.language.text import Text, asides, code_of, unliterate
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import ANSWER_ITEMS
from sandbox.messages import Fold, Folded, FoldKind, Folds

_CODE = re.compile(r"\S")
_IMPORT = re.compile(r"^[ \t]*import\b", re.MULTILINE)

Stretch = tuple[int, int, FoldKind]  # offsets of where it starts and ends


async def answer(question: Folds, workspace: Workspace) -> Folded:
    source = workspace.text(question.path)
    return Folded(folds=folds(source, literate=question.path.endswith(".lhs"))[:ANSWER_ITEMS])


def folds(source: str, *, literate: bool = False) -> list[Fold]:
    """By the line that stays visible; of several with one line the longest."""
    plain = unliterate(source) if literate else source
    code, text = code_of(plain), Text(plain)
    longest: dict[int, Fold] = {}
    for start, end, kind in chain(_declared(plain, declarations(code)), _imports(code), _asides(plain)):
        first, last = text.position(start).line, text.position(end).line
        if last > first and (first not in longest or last > longest[first].last):
            longest[first] = Fold(first=first, last=last, kind=kind)
    return [longest[first] for first in sorted(longest)]


def _declared(source: str, found: list[Declaration]) -> Iterator[Stretch]:
    """What ends in a text ends where the text does."""
    code, with_literals = code_of(source), code_of(source, literals=True)
    for one in found:
        after = _CODE.search(code, one.end)
        rest = with_literals[one.end : after.start() if after else None]
        yield one.start, one.end + len(rest.rstrip()), "region"
        if one.kind != "function":
            yield from _declared(source, one.parts)


def _imports(code: str) -> Iterator[Stretch]:
    """From the first one to the end of the last one."""
    found = list(_IMPORT.finditer(code))
    if found:
        after = re.compile(r"\n(?=\S)").search(code, found[-1].end())
        end = after.start() if after else len(code)
        yield found[0].start(), len(code[:end].rstrip()), "imports"


def _asides(source: str) -> Iterator[Stretch]:
    """Comments and pragmas that begin their lines; those without a line between them are one."""
    together: Stretch | None = None
    for start, end in asides(source):
        if source[source.rfind("\n", 0, start) + 1 : start].strip():
            continue
        kind: FoldKind = "region" if source.startswith("{-#", start) else "comment"
        if together and together[2] == kind and not re.search(r"\S|\n\s*\n", source[together[1] : start]):
            together = together[0], end, kind
            continue
        if together:
            yield together
        together = start, end, kind
    if together:
        yield together

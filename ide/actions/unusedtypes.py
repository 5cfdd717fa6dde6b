"""Types, classes and constructors that nothing uses, where nothing else names them or their parts. Pure."""

import re
from collections.abc import Iterable, Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.source import Source
from sandbox.spelling import LARGE_NAME, LETTER, OF_TYPE, SYMBOL

_UNUSED = re.compile(
    rf"Defined but not used: (?P<what>type constructor or class|data constructor) ‘(?P<name>{LETTER}+)’"
)
_DECLARED = re.compile(r"(?P<kind>data|newtype|type|class)\s+(?!family\b|instance\b|role\b|data\b|pattern\b)")
_NOUNS = {"data": "type", "newtype": "type", "type": "type synonym", "class": "class"}
_SIGNED = re.compile(rf"(?P<names>{LETTER}+(?:\s*,\s*{LETTER}+)*)\s*{OF_TYPE}")
_CONSTRUCTOR = re.compile(rf"[=|]\s*(?:forall\b[^.]*\.\s*)?(?:[^=|{{}}]*?=>\s*)?(?P<name>{LARGE_NAME})")
_OPERATOR = re.compile(rf"\(\s*{SYMBOL}+\s*\)\s*{OF_TYPE}|\s:(?!:\s){SYMBOL}+\s|`")
_COMMENT = re.compile(r"(?:[ \t]*--.*)?(?:\n[ \t]*-- \^.*(?:\n[ \t]*--.*)*)?")


def fixes(problem: Problem) -> Iterator[Fix]:
    match = _UNUSED.match(problem.flat)
    if match and match["what"] == "data constructor":
        if edit := _constructor(problem, match["name"]):
            yield Fix(f"Remove the constructor {match['name']}", (edit,))
    elif match:
        yield from _declaration(problem, match["name"])


def _declaration(problem: Problem, name: str) -> Iterator[Fix]:
    source, start = problem.source, problem.start
    declared = _DECLARED.match(source.code, start)
    if declared is None or source.column(start):
        return
    end = source.end_of_block(start, 0)
    inside = source.code[start:end]
    if _OPERATOR.search(inside) or _is_named(source, {name, *_parts(declared["kind"], inside)}, start, end):
        return
    first = _with_comment(source, start)
    after = source.after_line(end)
    alone = source.text[:first].endswith("\n\n") and source.text.startswith("\n", after)
    gone = Edit(first, after + 1 if alone else after, "")
    yield Fix(f"Remove the {_NOUNS[declared['kind']]} {name}", (gone,))


def _parts(kind: str, declaration: str) -> Iterator[str]:
    """Its constructors, fields and methods."""
    if kind in ("data", "newtype"):
        yield from (match["name"] for match in _CONSTRUCTOR.finditer(declaration))
    for match in _SIGNED.finditer(declaration):
        yield from re.findall(f"{LETTER}+", match["names"])


def _is_named(source: Source, names: Iterable[str], start: int, end: int) -> bool:
    """Whether one of the names stands outside this part of the source."""
    word = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!{LETTER})")
    return any(not start <= match.start() < end for match in word.finditer(source.code))


def _with_comment(source: Source, start: int) -> int:
    """Where the comment right above it starts."""
    while start and source.line(start - 1).startswith("--"):
        start = source.start_of_line(start - 1)
    return start


def _constructor(problem: Problem, name: str) -> Edit | None:
    """One of several, with its bar."""
    source, start, end = problem.source, problem.start, problem.end
    inside = source.code[start:end]
    fields = set(_parts("data", inside))
    if not re.match(rf"{name}(?!{LETTER})", inside) or _is_named(source, {name, *fields}, start, end):
        return None
    before = source.text[:start].rstrip()
    following = re.compile(r"\s*\|(?!\|)\s*").match(source.text, end)
    if before.endswith("="):
        return Edit(start, following.end(), "") if following else None
    if not before.endswith("|"):
        return None
    comment = _COMMENT.match(source.text, end)
    assert comment  # noqa: S101 - every part of it may be empty
    return Edit(len(before[:-1].rstrip()), comment.end(), "")

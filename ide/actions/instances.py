"""Instances: missing methods, fields and deriving clauses. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.source import Source
from sandbox.spelling import LARGE_NAME, LETTER

DERIVABLE = {
    *("Bounded", "Data", "Enum", "Eq", "Foldable", "Functor", "Generic"),
    *("Ix", "Lift", "Ord", "Read", "Show", "Traversable", "Typeable"),
}
_METHODS = re.compile(r"No explicit implementation for (?P<names>.*?) •")
_NO_INSTANCE = re.compile(rf"No instance for [‘(](?P<name>{LARGE_NAME}) \(?(?P<type>{LARGE_NAME})[^’)]*[’)]")
_CLAUSE = re.compile(rf"\bderiving\s+(?:\((?P<list>[^()]*)\)|(?P<one>{LARGE_NAME})(?!{LETTER}|\.))")


def fixes(problem: Problem) -> Iterator[Fix]:
    yield from _with_methods(problem)
    yield from _with_fields(problem)
    yield from _derived(problem)


def _with_methods(problem: Problem) -> Iterator[Fix]:
    match = _METHODS.search(problem.flat)
    if not match:
        return
    names = re.findall(r"‘([^’]+)’", match["names"])
    either = match["names"].startswith("either") and "(" not in match["names"]
    for chosen in [[name] for name in names] if either else [names]:
        edit = _methods(problem.source, problem.end, chosen)
        yield Fix(f"Add {', '.join(chosen)}", (edit,), preferred=not either)


def _methods(source: Source, place: int, names: list[str]) -> Edit:
    """At the end of the instance whose head ends here, in the column of what is there."""
    margin = source.indentation(place)
    head = re.compile(r"\s*where\b").match(source.code, place)
    end = source.end_of_block(place, margin)
    body = re.search(r"\n( +)\S", source.code[head.end() : end]) if head else None
    column = body[1] if body else " " * (margin + 2)
    methods = "".join(f"\n{column}{_bare(name)} = _" for name in names)
    if head is None:
        return Edit(place, place, f" where{methods}")
    at = max(end, head.end()) if body else head.end()
    return Edit(at, at, methods)


def _bare(name: str) -> str:
    return name if name[0].isalpha() or name[0] == "_" else f"({name})"


def _with_fields(problem: Problem) -> Iterator[Fix]:
    if "not initialised" not in problem.message:
        return
    listed = problem.message.partition("not initialised:")[2].partition("•")[0]
    names = re.findall(r"(?:^|\n)\s*([^\s:]+) ::", listed)
    close = problem.source.code.rfind("}", problem.start, problem.end)
    opened = problem.source.code.find("{", problem.start, problem.end)
    if not names or close < 0 or opened < 0:
        return
    inside = problem.source.code[opened + 1 : close]
    text = ", ".join(f"{_bare(name)} = _" for name in names)
    place = opened + 1 + len(inside.rstrip())
    edit = Edit(place, place, f", {text}" if inside.strip() else text)
    yield Fix(f"Add the missing fields {', '.join(names)}", (edit,), preferred=True)


def _derived(problem: Problem) -> Iterator[Fix]:
    match = _NO_INSTANCE.search(problem.flat)
    if not match or match["name"] not in DERIVABLE:
        return
    if edit := _deriving(problem.source, match["type"], match["name"]):
        yield Fix(f"Derive {match['name']} for {match['type']}", (edit,), preferred=True)


def _deriving(source: Source, type_: str, name: str) -> Edit | None:
    """The class in the type's deriving clause, or a clause of its own; None for a type from elsewhere."""
    pattern = rf"^(?:data|newtype)\s+(?:[^=\n]*=>\s*)?{re.escape(type_)}(?!{LETTER})"
    found = re.compile(pattern, re.MULTILINE).search(source.code)
    if not found:
        return None
    end = source.end_of_block(found.start(), 0)
    clause = _CLAUSE.search(source.code, found.start(), end)
    if clause and clause["list"] is not None:
        there = clause["list"].strip()
        return Edit(clause.start("list"), clause.end("list"), f"{there}, {name}" if there else name)
    if clause:
        return Edit(clause.start("one"), clause.end("one"), f"({clause['one']}, {name})")
    return Edit(end, end, f"\n  deriving ({name})")

"""Patterns that are missing, and those that can never match. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem

_EQUATION = re.compile(r"In an equation for ‘(?P<name>[^’]+)’:")
_REMAINDER = re.compile(r"(?P<pattern>.*?) where (?P<names>.* is not one of \{.*)", re.DOTALL)
_WORDS = re.compile(r"\\case\b|\bcase\b|\bof\b")


def fixes(problem: Problem) -> Iterator[Fix]:
    if "Pattern match is redundant" in problem.message:
        yield from _removed(problem)
    elif "Pattern match(es) are non-exhaustive" in problem.message:
        patterns = missing(problem.message)
        edit = _alternatives(problem, patterns) or _equations(problem, patterns)
        if patterns and edit:
            count = "the missing pattern" if len(patterns) == 1 else f"the {len(patterns)} missing patterns"
            yield Fix(f"Add {count}", (edit,), preferred=True)


def missing(message: str) -> list[str]:
    """The patterns that GHC found unmatched, as they may be written."""
    lines = message.partition("not matched:")[2].split("\n")
    if lines[0].strip():
        lines = [" ".join(line.strip() for line in lines)]
    lines = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    found: list[str] = []
    for line in lines:
        if len(line) - len(line.lstrip()) > margin and found:
            found[-1] += f" {line.strip()}"
        else:
            found.append(line.strip())
    return [_written(pattern) for pattern in found if pattern != "..."]


def _written(pattern: str) -> str:
    """GHC names a literal that is none of those that are there; in a pattern it is anything."""
    remainder = _REMAINDER.fullmatch(pattern)
    if not remainder:
        return pattern
    names = re.findall(r"(\w+) is not one of", remainder["names"])
    return re.sub(rf"\b(?:{'|'.join(names)})\b", "_", remainder["pattern"])


def _alternatives(problem: Problem, patterns: list[str]) -> Edit | None:
    """At the end of a `case`, in the column of its first alternative."""
    if "case alternative" not in problem.message:
        return None
    code, source = problem.source.code, problem.source
    body = _body(code, problem.start, problem.end)
    if body is None:
        return None
    first = re.compile(r"\s*").match(code, body, problem.end)
    start = first.end() if first else problem.end
    if code[start : start + 1] == "{":
        return _in_braces(problem, start, patterns)
    column = source.column(start)
    if start >= problem.end:
        column = source.indentation(problem.start) + 2
    lines = [f"\n{' ' * column}{pattern} -> _" for pattern in patterns]
    place = _line_end(problem)
    return Edit(place, place, "".join(lines))


def _body(code: str, start: int, end: int) -> int | None:
    """Where the alternatives begin: behind `\\case`, or the `of` that belongs to the first `case`."""
    depth = 0
    for word in _WORDS.finditer(code, start, end):
        if word[0] == "\\case" and depth == 0:
            return word.end()
        depth += 1 if word[0] != "of" else -1
        if depth == 0:
            return word.end()
    return None


def _in_braces(problem: Problem, start: int, patterns: list[str]) -> Edit | None:
    close = problem.source.code.rfind("}", start, problem.end)
    if close < 0:
        return None
    inside = problem.source.code[start + 1 : close].strip()
    text = "; ".join(f"{pattern} -> _" for pattern in patterns)
    before = "; " if inside and not inside.endswith(";") else " "
    place = start + 1 + len(problem.source.code[start + 1 : close].rstrip())
    return Edit(place, close, f"{before}{text} ")


def _equations(problem: Problem, patterns: list[str]) -> Edit | None:
    """Behind the last equation of a function, with the function's own column."""
    found = _EQUATION.search(problem.message)
    if not found:
        return None
    name = found["name"]
    head = name if name[0].isalpha() or name[0] == "_" else f"({name})"
    margin = " " * problem.source.column(problem.start)
    place = _line_end(problem)
    return Edit(place, place, "".join(f"\n{margin}{head} {pattern} = _" for pattern in patterns))


def _line_end(problem: Problem) -> int:
    """The end of what is there; a comment behind it stays in its line."""
    end = problem.source.end_of_line(problem.end)
    return problem.end if problem.source.code[problem.end : end].strip() else end


def _removed(problem: Problem) -> Iterator[Fix]:
    source = problem.source
    start, end = source.start_of_line(problem.start), source.after_line(problem.end)
    before, after = source.code[start : problem.start], source.code[problem.end : end]
    if not before.strip() and not after.strip():
        yield Fix("Remove the redundant pattern", (Edit(start, end, ""),), preferred=True)

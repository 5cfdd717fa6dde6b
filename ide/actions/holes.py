"""Typed holes and wildcards in types: filled with what GHC says would fit. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem
from sandbox.spelling import LETTER

FITS = 8  # offered for one hole

_FIT = re.compile(r"^ *(?P<name>\S+) ::")
_INSIDE = re.compile(r"In an equation for ‘(?P<name>[^’]+)’")
_WILDCARD = re.compile(rf"Found type wildcard ‘_{LETTER}*’ standing for ‘(?P<type>[^’]+)’")


def fixes(problem: Problem) -> Iterator[Fix]:
    if wildcard := _WILDCARD.search(problem.flat):
        text = wildcard["type"]
        whole = re.match(r"\s*(?:$|\n)", problem.source.text[problem.end :]) and "::" in _before(problem)
        written = text if whole or " " not in text else f"({text})"
        yield Fix(f"Replace with {text}", (Edit(problem.start, problem.end, written),), preferred=True)
    if "Found hole" not in problem.message:
        return
    inside = {match["name"] for match in _INSIDE.finditer(problem.flat)}
    # A binding fits its own hole, and loops for ever.
    fits = [name for name in fitting(problem.message) if name not in inside]
    for name in fits[:FITS]:
        yield Fix(f"Fill the hole with {name}", (Edit(problem.start, problem.end, name),))


def _before(problem: Problem) -> str:
    return problem.source.text[problem.source.start_of_line(problem.start) : problem.start].rstrip()[-2:]


def fitting(message: str) -> list[str]:
    """The names under "Valid hole fits include", in GHC's order."""
    lines = message.partition("Valid hole fits include")[2].split("\n")[1:]
    margin = min((_indentation(line) for line in lines if line.strip()), default=0)
    found = [match["name"] for line in lines if _indentation(line) == margin and (match := _FIT.match(line))]
    return list(dict.fromkeys(found))


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())

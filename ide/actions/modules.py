"""Imports of modules that are not there, or of names that they lack. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.scope import replacement
from sandbox.messages import Sought
from sandbox.spelling import MODULE_NAME

_UNKNOWN = re.compile(r"Could not find module ‘(?P<module>[^’]+)’")
_MEANT = re.compile(rf"({MODULE_NAME}) \((?:from|needs flag)")
_NOT_EXPORTED = re.compile(r"Module ‘(?P<module>[^’]+)’ does not export ‘(?P<name>[^’]+)’")
_PERHAPS = re.compile(r"Perhaps use (.*)")


def fixes(problem: Problem) -> Iterator[Fix]:
    if unknown := _UNKNOWN.search(problem.flat):
        place = problem.source.code.find(unknown["module"], problem.start, problem.end)
        for module in dict.fromkeys(_MEANT.findall(problem.flat)) if place >= 0 else ():
            yield Fix(f"Replace with {module}", (Edit(place, place + len(unknown["module"]), module),))
    if lacking := _NOT_EXPORTED.search(problem.flat):
        perhaps = _PERHAPS.search(problem.flat)
        names = re.findall(r"‘([^’]+)’", perhaps[1]) if perhaps else []
        like = [each.name for each in problem.names.exporting(_alike(lacking))]
        for name in names or like:
            yield replacement(problem, name)


def sought(problem: Problem) -> Iterator[Sought]:
    """What is to be known for `fixes`."""
    if lacking := _NOT_EXPORTED.search(problem.flat):
        yield _alike(lacking)


def _alike(lacking: re.Match[str]) -> Sought:
    return Sought(name=lacking["name"], module=lacking["module"])

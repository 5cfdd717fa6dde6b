"""Code actions: what a diagnostic of GHC's or hlint's lets one do, from its message and the text. Pure.

message ─► Problem ─► fixers (one module for each kind of message) ─► Fix: a title and edits
"""

from collections.abc import Iterator

from ide.actions import (
    conversions,
    extensions,
    hlint,
    holes,
    instances,
    modules,
    patterns,
    scope,
    signatures,
    statements,
    unused,
    unusedtypes,
)
from ide.actions.fix import Fix, Fixer, Problem
from sandbox.limits import SOUGHT
from sandbox.messages import Sought

FIXERS: tuple[Fixer, ...] = (
    hlint.fixes,
    scope.fixes,
    modules.fixes,
    extensions.fixes,
    holes.fixes,
    patterns.fixes,
    conversions.fixes,
    signatures.fixes,
    instances.fixes,
    unused.fixes,
    unusedtypes.fixes,
    statements.fixes,
)


def sought(near: list[Problem], problems: list[Problem]) -> list[Sought]:
    """The names that must be known for the fixes of those that are near, and of all problems at once."""
    found = [name for each in near for seek in (scope.sought, modules.sought) for name in seek(each)]
    found += [name for each in problems for name in hlint.sought(each)]
    return list(dict.fromkeys(found))[:SOUGHT]


def fixes(problem: Problem) -> list[Fix]:
    """What can be done about one diagnostic, the likeliest first, each title once."""
    found: dict[str, Fix] = {}
    for fixer in FIXERS:
        for fix in fixer(problem):
            found.setdefault(fix.title, fix)
    return sorted(found.values(), key=lambda fix: not fix.preferred)


def fixes_of_all(problems: list[Problem]) -> Iterator[Fix]:
    """What can be done about all of a file's diagnostics at once."""
    yield from unused.all_imports(problems)
    yield from hlint.all_suggestions(problems)

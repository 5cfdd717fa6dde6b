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
)
from ide.actions.fix import Fix, Fixer, Problem

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
    statements.fixes,
)


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

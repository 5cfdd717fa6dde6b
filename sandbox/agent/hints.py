"""Warnings that GHC leaves out by default and the editor shows all the same. Pure.

Missing patterns are a warning: with them a program ends in mid-run. What is not used or has no signature is a
hint, as it is usual in a program that is being written, and a run does not tell of it. Where the workspace or
the file itself names warnings, they are what GHC makes of them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from sandbox.agent.diagnostics import Report
from sandbox.agent.layout import Options
from sandbox.messages import Diagnostic

# Before the workspace's own options, so that those win.
WARNINGS = (
    "-Wincomplete-patterns",
    "-Wunused-imports",
    "-Wunused-top-binds",
    "-Wunused-local-binds",
    "-Wunused-matches",
    "-Wmissing-signatures",
)
HINT = 4
# GHC 9.6 has no codes for what is not used.
_CODES = {*WARNINGS[1:], "GHC-66111", "GHC-38856", "GHC-40910", "GHC-38417"}
_ASKS = re.compile(rb"\{-#\s*OPTIONS_GHC\b[^#]*-W")


def softened(report: Report, contents: Mapping[str, bytes], options: Options) -> Report:
    """The report with hints in the place of warnings that nobody asked for."""
    if any(flag.startswith("-W") for flag in options.flags):
        return report
    found = {
        path: found if _ASKS.search(contents.get(path, b"")) else [_softened(each) for each in found]
        for path, found in report.found.items()
    }
    return replace(report, found=found)


def without(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What a run tells."""
    return [each for each in found if each.severity != HINT]


def _softened(diagnostic: Diagnostic) -> Diagnostic:
    return msgspec.structs.replace(diagnostic, severity=HINT) if diagnostic.code in _CODES else diagnostic

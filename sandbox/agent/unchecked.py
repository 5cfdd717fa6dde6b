"""Which modules GHC could not come to, for what does not compile: each says so at its import. Pure."""

from collections.abc import Callable, Collection

from sandbox.agent import diagnostics as messages
from sandbox.agent.layout import Layout
from sandbox.messages import Diagnostic


def unchecked(
    now: Layout,
    focus: str | None,
    report: messages.Report,
    lines: messages.Lines,
    is_new: Callable[[str], bool],
) -> dict[str, Diagnostic]:
    """`is_new`: GHC has not checked this text, which is told though nothing of that is imported."""
    if not report.failed:
        return {}
    paths = now.targets(focus)
    left = [path for path in paths if path not in report.compiled | report.failed]
    found: dict[str, Diagnostic] = {}
    for failed in sorted(report.failed & now.sources.keys()):
        needing = now.dependents(failed)
        leading = {now.sources[path].module for path in paths if path in needing}
        for path in left:
            if path in needing or is_new(path):
                why = "parse" if failed in report.unparsed else "compile"
                words = f"Not checked: {now.sources[failed].module} does not {why}."
                found.setdefault(path, _told(path, words, leading, lines(path)))
    return found


def _told(path: str, words: str, leading: Collection[str], lines: list[str]) -> Diagnostic:
    """At the first import that leads to the module that failed; else at the file's start."""
    place = messages.import_place(lines, leading.__contains__)
    return Diagnostic(messages.uri(path), place, messages.INFORMATION, None, "ghc", words)

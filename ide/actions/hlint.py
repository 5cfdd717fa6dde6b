"""hlint's suggestions, taken out of its diagnostics. Pure."""

from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem

SOURCE = "hlint"
FOUND, INSTEAD, NOTE = "\nFound:\n", "\nWhy not:\n", "\nNote: "


def fixes(problem: Problem) -> Iterator[Fix]:
    if edit := suggestion(problem):
        title = problem.message.partition("\n")[0]
        yield Fix(f"Apply hint: {title}", (edit,), preferred=True)


def all_suggestions(problems: list[Problem]) -> Iterator[Fix]:
    """Every suggestion at once; of two that overlap the outer one, which comes first."""
    edits: list[Edit] = []
    for edit in sorted(filter(None, map(suggestion, problems)), key=lambda edit: (edit.start, -edit.end)):
        if not edits or edit.start >= edits[-1].end:
            edits.append(edit)
    if len(edits) > 1:
        yield Fix("Apply all hints of hlint", tuple(edits), kind="source.fixAll")


def suggestion(problem: Problem) -> Edit | None:
    """What hlint would have there; None where it says no code."""
    instead = problem.message.partition(INSTEAD)[2]
    if problem.diagnostic.source != SOURCE or not instead:
        return None
    lines = [line.removeprefix("  ") for line in instead.partition(NOTE)[0].rstrip().split("\n")]
    if "..." in instead or lines[0].startswith("Combine with"):
        return None
    margin = " " * problem.source.column(problem.start)
    return Edit(problem.start, problem.end, f"\n{margin}".join(lines))

"""Small slips of writing: results that nobody takes, texts in the wrong quotes, tabs. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem

TAB = 8  # as GHC counts


def fixes(problem: Problem) -> Iterator[Fix]:
    if "do-notation statement discarded a result" in problem.message:
        yield Fix(
            "Ignore the result with _ <-", (Edit(problem.start, problem.start, "_ <- "),), preferred=True
        )
    elif re.match(r"(?:• )?Syntax error on '", problem.message) and re.fullmatch(
        r"'[^'\"\n]+'", problem.text
    ):
        text = f'"{problem.text[1:-1]}"'
        yield Fix(f"Write {text}", (Edit(problem.start, problem.end, text),), preferred=True)
    elif problem.message.startswith("Tab character"):
        text = problem.source.text
        edits = [Edit(tab.start(), tab.end(), _spaces(text, tab.start())) for tab in re.finditer("\t", text)]
        yield Fix("Replace all tabs with spaces", tuple(edits), preferred=True)


def _spaces(text: str, place: int) -> str:
    """As many as reach the next multiple of eight, in a line whose tabs before this one are gone, too."""
    before = text[text.rfind("\n", 0, place) + 1 : place].expandtabs(TAB)
    return " " * (TAB - len(before) % TAB)

"""Programs with something wrong in them, and the actions that put it right: read from `actions/cases.txt`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from ide import actions
from ide.actions.fix import Fix, Problem
from ide.actions.names import Names
from ide.actions.source import Source
from sandbox.messages import Diagnostic, Exported, Sought

FOLDER = Path(__file__).with_name("actions")


@dataclass(frozen=True)
class Case:
    """Each of the titles names an action that GHC's messages about the text must lead to."""

    text: str
    titles: list[str]


def cases() -> dict[str, Case]:
    """`=== name`, then a line `--- title` for each action, then the text."""
    found = {}
    for part in (FOLDER / "cases.txt").read_text().split("=== ")[1:]:
        name, *lines = part.split("\n")
        titles = [line.removeprefix("--- ") for line in lines if line.startswith("--- ")]
        found[name] = Case("\n".join(lines[len(titles) :]), titles)
    return found


def recorded(toolchain: str) -> dict[str, list[Diagnostic]]:
    """What GHC said about each case."""
    text = (FOLDER / f"{toolchain}.json").read_text()
    return {name: msgspec.convert(said, list[Diagnostic]) for name, said in json.loads(text).items()}


@cache
def known() -> Names:
    """Who exports the names that the cases lack, as an agent said."""
    pairs = json.loads((FOLDER / "exports.json").read_text())
    return Names(dict(msgspec.convert(pairs, list[tuple[Sought, list[Exported]]])))


def sought(text: str, told: list[Diagnostic]) -> list[Sought]:
    """The names that must be known for all actions."""
    problems = [Problem(Source(text), each, Names()) for each in told]
    return actions.sought(problems, problems)


def found(text: str, told: list[Diagnostic], names: Names) -> dict[str, tuple[Problem, Fix]]:
    """Every action by its title, with what it is about."""
    source = Source(text)
    problems = [Problem(source, each, names) for each in told]
    return {fix.title: (problem, fix) for problem in reversed(problems) for fix in actions.fixes(problem)}

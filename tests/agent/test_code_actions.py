"""Every code action does what it says: GHC no longer complains about the text that it makes."""

import pytest

from ide.actions.fix import apply
from ide.actions.names import Names
from sandbox.messages import Diagnostic, FindExports
from tests.agent.harness import Agent
from tests.ide.action_cases import cases, found, sought

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

CASES = cases()


def known(diagnostic: Diagnostic) -> tuple[str | None, str]:
    """What tells a complaint from another, wherever it stands."""
    return diagnostic.code, " ".join(diagnostic.message.split("• In")[0].split())


def names(agent: Agent, text: str, told: list[Diagnostic], path: str = "Main.hs") -> Names:
    """What the session knows of the names that the actions need."""
    wanted = sought(text, told)
    return Names.of(wanted, agent.ask(FindExports(path=path, sought=wanted)))


NONSENSE = (
    "parse error",
    "lexical error",
    "Could not find module",
    "does not export",
    "Unsupported extension",
)


@pytest.mark.parametrize("name", CASES)
def test_an_action_puts_right_what_it_is_about(agent: Agent, name: str) -> None:
    case = CASES[name]
    agent.sync({"Main.hs": ""})
    told = agent.check("Main.hs", case.text)
    actions = found(case.text, told, names(agent, case.text, told))
    for title in case.titles:
        assert title in actions, list(actions)
        problem, fix = actions[title]
        text = apply(case.text, fix.edits)
        left = agent.check("Main.hs", text)
        assert known(problem.diagnostic) not in [known(each) for each in left], text
        assert not [each for each in left if any(word in each.message for word in NONSENSE)], text

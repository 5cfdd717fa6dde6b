"""Every code action does what it says: GHC no longer complains about the text that it makes."""

import pytest

from ide.actions.fix import apply
from ide.actions.names import EXPORTS
from sandbox.messages import Diagnostic
from tests.agent.harness import Agent
from tests.ide.action_cases import cases, found

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

CASES = cases()


def known(diagnostic: Diagnostic) -> tuple[str | None, str]:
    """What tells a complaint from another, wherever it stands."""
    return diagnostic.code, " ".join(diagnostic.message.split("• In")[0].split())


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
    actions = found(case.text, agent.check("Main.hs", case.text))
    for title in case.titles:
        assert title in actions, list(actions)
        problem, fix = actions[title]
        text = apply(case.text, fix.edits)
        left = agent.check("Main.hs", text)
        assert known(problem.diagnostic) not in [known(each) for each in left], text
        assert not [each for each in left if any(word in each.message for word in NONSENSE)], text


def test_the_usual_modules_export_what_the_table_says(agent: Agent) -> None:
    """So an import that an action adds is never itself an error."""
    lines = [line.split(": ", 1) for line in EXPORTS.read_text().splitlines() if not line.startswith("#")]
    imports = [
        f"import qualified {head.split()[1]} ({', '.join(listed(item) for item in items.split())})"
        for head, items in lines
    ]
    text = "{-# OPTIONS_GHC -w #-}\n{-# LANGUAGE ExplicitNamespaces #-}\nmodule Main (main) where\n"
    agent.sync({"Main.hs": ""})
    told = agent.check(
        "Main.hs", text + "\n".join(imports) + "\nmain :: Prelude.IO ()\nmain = Prelude.pure ()\n"
    )
    assert "".join(f"{each.message}\n" for each in told) == ""


def listed(item: str) -> str:
    """As it stands in an import's list."""
    name, _, parts = item.partition("(") if item[0] != "(" else (item, "", "")
    operator = not (name[0].isalpha() or name[0] == "_")
    bare = f"({name})" if operator else name
    return f"{'type ' if operator and name[0] == ':' else ''}{bare}{' (..)' if parts else ''}"

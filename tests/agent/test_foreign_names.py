"""Modules, types and values with letters beyond ASCII in their names are completed and imported."""

import pytest

from ide.actions.fix import apply
from sandbox.messages import Complete, Symbols
from tests.agent.harness import Agent
from tests.agent.test_answers import at
from tests.agent.test_code_actions import names
from tests.ide.action_cases import found

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

ONE = """module Ünïcode (Größe (..), größe) where

data Größe = Groß | Größer { élan :: Int }

größe :: Int -> Größe
größe = Größer
"""
OTHER = """module Данные.Прив (мир) where

мир :: Int
мир = 1
"""
MAIN = """module Main (main) where

import qualified Ünïcode
import qualified Данные.Прив as Прив

main :: IO ()
main = print (Прив.мир, Ünïcode.élan (Ünïcode.größe 2))
"""
BARE = "module Main (main) where\n\nmain :: IO ()\nmain = print 1\n"


@pytest.fixture
def opened(agent: Agent) -> Agent:
    agent.sync({"Ünïcode.hs": ONE, "Данные/Прив.hs": OTHER, "Main.hs": MAIN})
    assert [each for each in agent.check("Main.hs", MAIN) if each.severity == 1] == []
    return agent


def offered(agent: Agent, text: str) -> dict[str, str]:
    agent.edit("Main.hs", text)
    answer = agent.ask(Complete("Main.hs", at(text + "\0", "\0")))
    return {each.label: each.detail for each in answer.candidates}


@pytest.mark.parametrize(
    ("typed", "name", "type_"),
    [
        ("\nf = Ünïcode.", "größe", "Int -> Ünïcode.Größe"),
        ("\nf = Ünïcode.gr", "größe", "Int -> Ünïcode.Größe"),
        ("\nf = Ünïcode.Grö", "Größer", "Int -> Ünïcode.Größe"),
        ("\nf = Прив.", "мир", "Int"),
        ("\nf = Прив.м", "мир", "Int"),
    ],
)
def test_behind_a_module_its_names_are_offered(opened: Agent, typed: str, name: str, type_: str) -> None:
    assert offered(opened, MAIN + typed)[name] == type_


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("f = Ünïcode.gr", "größe"),  # nothing is imported under that name yet
        ("f = Прив.", "мир"),
        ("import Ün", "Ünïcode"),
        ("import Ünïcode (gr", "größe"),
        ("import Ünïcode (Größe (Grö", "Größer"),
        ("import qualified Дан", "Данные.Прив"),
    ],
)
def test_of_what_is_not_imported_names_are_offered(opened: Agent, typed: str, name: str) -> None:
    text = f"module Main where\n\n{typed}"
    assert name in offered(opened, text)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (
            "print (Прив.мир)",
            "import qualified Данные.Прив as Прив",
        ),
        ("print (мир)", "import Данные.Прив (мир)"),
        ("print (élan (größe 1))", "import Ünïcode (größe)"),
    ],
)
def test_an_import_is_offered_and_helps(opened: Agent, body: str, line: str) -> None:
    text = BARE.replace("print 1", body)
    told = opened.check("Main.hs", text)
    actions = found(text, told, names(opened, text, told))
    assert f"Add {line}" in actions, list(actions)
    _, fix = actions[f"Add {line}"]
    after = apply(text, fix.edits)
    assert line in after.split("\n")
    assert len([each for each in opened.check("Main.hs", after) if each.severity == 1]) < len(told)


def test_a_name_joins_the_import_that_is_there(opened: Agent) -> None:
    text = BARE.replace("\nmain ::", "\nimport Ünïcode (größe)\n\nmain ::")
    text = text.replace("print 1", "print (élan (größe 1))")
    told = opened.check("Main.hs", text)
    actions = found(text, told, names(opened, text, told))
    made = [apply(text, fix.edits) for _, fix in actions.values()]
    assert any("import Ünïcode (größe, élan)\n" in after for after in made), list(actions)


def test_they_stand_in_the_outline(opened: Agent) -> None:
    found = [each.name for each in opened.ask(Symbols("Ünïcode.hs")).symbols]
    assert found == ["Größe", "Groß", "Größer", "élan", "größe"]

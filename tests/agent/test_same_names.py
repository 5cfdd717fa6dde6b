"""Names that lie elsewhere now, or that another file has as well: GHC knows them by their module alone."""

import pytest

from sandbox.messages import Definition, Description, Highlight, Hover, References
from tests.agent.harness import Agent
from tests.agent.test_answers import at

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

LIBRARY = "module Library where\n\nshared :: Int\nshared = 1\n"
APP = """module Main (main) where

import Library

helper :: Int -> Int
helper n = n + shared

main :: IO ()
main = print (helper 1)
"""
SPEC = """module Main (main) where

import Library

-- A comment, so that the lines differ.
helper :: String -> String
helper text = text ++ show shared

main :: IO ()
main = putStrLn (helper "")
"""
PROGRAMS = {"src/Library.hs": LIBRARY, "app/Main.hs": APP, "test/Spec.hs": SPEC}


def places(agent: Agent, question: Definition | References | Highlight) -> set[tuple[str, int]]:
    return {(place.path, place.range.start.line) for place in agent.ask(question).places}


@pytest.fixture
def programs(agent: Agent) -> Agent:
    agent.sync(PROGRAMS)
    agent.check("app/Main.hs", APP)
    agent.check("test/Spec.hs", SPEC)
    return agent


def test_a_name_of_a_program_leads_into_its_own_file(programs: Agent) -> None:
    position = at(SPEC, 'helper ""')
    assert places(programs, Definition("test/Spec.hs", position)) == {("test/Spec.hs", 6)}
    assert places(programs, Definition("app/Main.hs", at(APP, "helper 1"))) == {("app/Main.hs", 5)}
    found = programs.ask(Hover("test/Spec.hs", position))
    assert isinstance(found, Description)
    assert found.code == "helper :: String -> String"


def test_references_of_a_programs_name_stay_in_its_file(programs: Agent) -> None:
    assert places(programs, References("test/Spec.hs", at(SPEC, "helper"))) == {
        ("test/Spec.hs", line) for line in (5, 6, 9)
    }
    assert places(programs, References("app/Main.hs", at(APP, "helper"))) == {
        ("app/Main.hs", line) for line in (4, 5, 8)
    }


def test_references_of_a_librarys_name_are_found_in_every_program(programs: Agent) -> None:
    found = places(programs, References("app/Main.hs", at(APP, "shared")))
    assert {path for path, _ in found} == set(PROGRAMS)


def test_a_module_that_moved_is_found_where_it_lies_now(agent: Agent) -> None:
    main = "module Main (main) where\n\nimport Library\n\nmain :: IO ()\nmain = print shared\n"
    definition = Definition("Main.hs", at(main, "shared"))
    for path in ("lib/Library.hs", "src/Library.hs", "lib/Library.hs"):
        agent.sync({"Main.hs": main, path: LIBRARY})
        agent.check("Main.hs", main)
        assert places(agent, definition) == {(path, 3)}
        found = places(agent, References("Main.hs", at(main, "shared")))
        assert found == {("Main.hs", 5), (path, 2), (path, 3)}

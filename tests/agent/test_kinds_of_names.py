"""Names of a kind of their own: type families, shared fields, wildcards, puns, pattern synonyms."""

import pytest

from sandbox.messages import Definition, Description, Hover, References
from tests.agent.harness import Agent
from tests.agent.test_answers import at

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

TEXT = """{-# LANGUAGE DuplicateRecordFields, NamedFieldPuns, PatternSynonyms #-}
{-# LANGUAGE RecordWildCards, TypeFamilies #-}
module Kinds where

import qualified Data.Map.Strict as Map

class Holds f where
  type Elem f
  content :: f -> [Elem f]

instance Holds (Map.Map k v) where
  type Elem (Map.Map k v) = v
  content = Map.elems

type family Key f
type instance Key (Map.Map k v) = k

firsts :: Map.Map Int v -> [Key (Map.Map Int v)]
firsts = Map.keys

data Circle = Circle { name :: String, radius :: Double }
data Square = Square { name :: String, side :: Double }

wild :: Circle -> String
wild Circle {..} = name ++ show radius

punned :: Square -> Double
punned Square {side} = side * side

built :: Circle
built = Circle { name = "round", radius = 1 }

pattern Unit :: Circle
pattern Unit <- Circle { radius = 1 }

isUnit :: Circle -> Bool
isUnit Unit = True
isUnit _ = False
"""


@pytest.fixture
def opened(agent: Agent) -> Agent:
    agent.sync({"Kinds.hs": TEXT})
    assert not [one for one in agent.check("Kinds.hs", TEXT) if one.severity == 1]
    return agent


def defined(agent: Agent, word: str, nth: int = 1) -> set[int]:
    """The lines, counted from 1, that the definition leads to."""
    found = agent.ask(Definition("Kinds.hs", at(TEXT, word, nth))).places
    return {place.range.start.line + 1 for place in found}


def referred(agent: Agent, word: str, nth: int = 1) -> set[int]:
    found = agent.ask(References("Kinds.hs", at(TEXT, word, nth))).places
    return {place.range.start.line + 1 for place in found}


def line(word: str, nth: int = 1) -> int:
    return at(TEXT, word, nth).line + 1


def code(agent: Agent, word: str, nth: int = 1) -> str:
    found = agent.ask(Hover("Kinds.hs", at(TEXT, word, nth)))
    assert isinstance(found, Description), found
    return found.code


@pytest.mark.parametrize(("word", "places"), [("Elem", 3), ("Key", 3)])
def test_a_type_family_is_found_from_its_instances_and_uses(opened: Agent, word: str, places: int) -> None:
    lines = {line(word, nth) for nth in range(1, places + 1)}
    for nth in range(1, places + 1):
        assert defined(opened, word, nth) == {line(word)}
        assert referred(opened, word, nth) == lines
        assert code(opened, word, nth).startswith(("type family", f"type {word}"))


def test_fields_of_one_name_are_told_apart(opened: Agent) -> None:
    assert referred(opened, "name ::", 2) == {line("name ::", 2)}
    assert line("name = ") in referred(opened, "name ::", 1)
    assert defined(opened, "name = ") == {line("name ::", 1)}
    assert code(opened, "name = ") == "name :: Circle -> String"


def test_what_a_wildcard_binds_has_a_type_and_leads_to_it(opened: Agent) -> None:
    assert code(opened, "radius", 2) == "radius :: Double"
    assert defined(opened, "radius", 2) <= {line("wild Circle"), line("radius")}
    assert defined(opened, "radius", 2)


def test_a_pun_is_the_field_and_the_value(opened: Agent) -> None:
    assert line("side ::") in defined(opened, "side}")
    assert {line("side ::"), line("side}")} <= referred(opened, "side ::")


def test_a_pattern_synonym_is_found_from_its_use(opened: Agent) -> None:
    assert defined(opened, "Unit = True") == {line("pattern Unit", 2)}
    assert {line("pattern Unit", 2), line("Unit = True")} <= referred(opened, "Unit = True")
    assert code(opened, "Unit = True").startswith("Unit :: Circle")

"""Symbols of the whole workspace, by a name or a part of one."""

import pytest

from sandbox.agent.language.symbols import distance, named
from sandbox.limits import SEARCH_CHARACTERS, SYMBOLS
from sandbox.messages import FindSymbols, FoundSymbol
from tests.agent.harness import Agent

LENSES = """{-# LANGUAGE TemplateHaskell, TypeFamilies #-}
module Data.Account where

import Control.Lens (makeLenses)

data Account = Account { _owner :: String, _total :: Int }
makeLenses ''Account

class Priced a where
  type Price a
  price :: a -> Price a
"""


def test_the_nearest_name_comes_first() -> None:
    names = ["area", "Area", "areas", "shapeArea", "a_r_e_a", "other"]
    away = {name: distance("area", name) for name in names}
    assert away == {"area": 0, "Area": 1, "areas": 2, "shapeArea": 3, "a_r_e_a": 4, "other": None}
    assert distance("", "anything") is not None


def test_each_symbol_is_in_its_module_and_its_parent() -> None:
    found = {one.name: one.container for one in named("Data/Account.hs", "Data.Account", LENSES)}
    assert found["Account"] == "Data.Account.Account"
    assert found["_owner"] == "Data.Account.Account"
    assert found["price"] == "Data.Account.Priced"
    assert [one.name for one in named("Foot.lhs", "", "Words.\n\n> foot = 1\n")] == ["foot"]


def asked(agent: Agent, query: str) -> list[FoundSymbol]:
    return list(agent.ask(FindSymbols(query=query)).symbols)


@pytest.mark.engine
def test_files_with_errors_and_unsaved_edits_are_searched_with_the_others(agent: Agent) -> None:
    agent.sync(
        {"Main.hs": "module Main where\nmain = oops\n", "Data/Account.hs": LENSES, "notes.txt": "total = 1"}
    )
    agent.check("Main.hs", "module Main where\nimport (\n\ntotalOf x = oops\n")
    found = asked(agent, "total")
    assert [(one.name, one.place.path) for one in found] == [
        ("totalOf", "Main.hs"),
        ("_total", "Data/Account.hs"),
    ]
    assert found[0].place.range.start.line == 3
    assert [one.name for one in asked(agent, "prcd")] == ["Priced"]
    assert len(asked(agent, "")) == 7
    assert asked(agent, "x" * SEARCH_CHARACTERS) == []


@pytest.mark.engine
def test_more_than_can_be_shown_are_cut(agent: Agent) -> None:
    many = "".join(f"name{number} = {number}\n" for number in range(3 * SYMBOLS))
    agent.sync({})
    agent.check("Main.hs", f"main = print 1\n{many}")
    assert len(asked(agent, "name")) == SYMBOLS
    assert asked(agent, f"name{3 * SYMBOLS - 1}")[0].name == f"name{3 * SYMBOLS - 1}"

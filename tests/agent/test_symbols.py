"""Symbols of the whole workspace, by a name or a part of one."""

import asyncio
from collections.abc import Iterator

import pytest

from sandbox.agent.language import symbols
from sandbox.agent.language.symbols import distance, named
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.limits import SEARCH_CHARACTERS, SYMBOLS
from sandbox.messages import FindSymbols, FoundSymbol
from tests.agent.ghcless import workspace
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


def test_files_are_read_for_so_long_and_the_next_question_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file takes two seconds to read, once."""
    now = 0.0

    def slowly(path: str, module: str, text: str) -> Iterator[FoundSymbol]:
        nonlocal now
        now += 2
        return named(path, module, text)

    monkeypatch.setattr(symbols, "monotonic", lambda: now)
    monkeypatch.setattr(symbols, "named", slowly)
    there = workspace({f"Slow{n}.hs": f"module Slow{n} where\nslow{n} = {n}\n" for n in range(8)})

    def found(query: str) -> list[str]:
        return [one.name for one in asyncio.run(symbols.answer(FindSymbols(query), there)).symbols]

    assert found("slow") == ["slow0", "slow1", "slow2"]
    with pytest.raises(Unanswerable, match="still being read"):
        found("slow6")
    assert found("slow6") == ["slow6"]
    assert len(found("slow")) == 8


def asked(agent: Agent, query: str) -> list[FoundSymbol]:
    return list(agent.ask(FindSymbols(query=query)).symbols)


@pytest.mark.engine
@pytest.mark.toolchains
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
@pytest.mark.toolchains
def test_more_than_can_be_shown_are_cut(agent: Agent) -> None:
    many = "".join(f"name{number} = {number}\n" for number in range(3 * SYMBOLS))
    agent.sync({})
    agent.check("Main.hs", f"main = print 1\n{many}")
    assert len(asked(agent, "name")) == SYMBOLS
    assert asked(agent, f"name{3 * SYMBOLS - 1}")[0].name == f"name{3 * SYMBOLS - 1}"

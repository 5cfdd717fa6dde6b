"""Every code action does what it says: GHC no longer complains about the text that it makes."""

import re
from collections import Counter

import pytest

from ide.actions import fixes_of_all
from ide.actions.fix import Problem, apply
from ide.actions.names import Names
from ide.actions.source import Source
from sandbox.messages import Diagnostic, FindExports, Mode
from tests.agent.harness import Agent
from tests.ide.action_cases import cases, found, sought

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

CASES = cases()
MODES: tuple[Mode, ...] = ("interpret", "compile")


def known(diagnostic: Diagnostic) -> tuple[str | None, str]:
    """What tells a complaint from another, wherever it stands."""
    return diagnostic.code, " ".join(diagnostic.message.split("• In")[0].split())


def errors(told: list[Diagnostic]) -> Counter[tuple[str | None, str]]:
    """All but holes, which actions make to be filled in. Of what is missing only the name."""
    found = [known(each) for each in told if each.severity == 1 and "Found hole" not in each.message]
    return Counter((code, re.sub(r"(not in scope: \S+) .*", r"\1", said)) for code, said in found)


def names(agent: Agent, text: str, told: list[Diagnostic], path: str = "Main.hs") -> Names:
    """What the session knows of the names that the actions need."""
    wanted = sought(text, told)
    return Names.of(wanted, agent.ask(FindExports(path=path, sought=wanted)))


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
        assert errors(left) <= errors(told), text


OVERFULL = """{-# LANGUAGE OverloadedStrings, TemplateHaskell, TypeFamilies #-}
module Main (main) where

import Control.Lens (makeLenses, over, toListOf, (%~), (^.))
import Control.Monad.State (State, StateT, evalState, get, gets, put)
import Data.Aeson (FromJSON (..), ToJSON (..), Value (Null, Number), encode, object, (.=))
import qualified Data.ByteString as B
import Data.Char
import Data.Kind (Constraint, Type)
import qualified Data.Map.Strict as Map
import Data.Map.Strict (Map, (!?))
import qualified Data.Set as Set
import Data.Text (Text)
import Language.Haskell.TH (Exp, Q, integerL, litE)

type family Key c :: Type where
  Key (Map k v) = k

data Shop = Shop {_stock :: Map Text Int, _name :: Text}
makeLenses ''Shop

instance ToJSON Shop where
  toJSON shop = object ["name" .= (shop ^. name), "size" .= Map.size (shop ^. stock)]

sold :: Key (Map Text Int) -> State Shop (Maybe Int)
sold what = do
  shop <- get
  put ((stock %~ Map.adjust pred what) shop)
  gets ((!? what) . (^. stock))

main :: IO ()
main = do
  let shop = Shop (Map.fromList [("tea", $(litE (integerL 3)))]) "corner"
  print (evalState (sold "tea" >> sold "tea") shop)
  print (encode shop)
"""


def test_all_unused_imports_go_at_once_and_what_is_left_is_built(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    told = agent.check("Main.hs", OVERFULL)
    assert [each.message for each in told if each.severity == 1] == []
    [fix] = fixes_of_all([Problem(Source(OVERFULL), each, names(agent, OVERFULL, told)) for each in told])
    assert (fix.title, fix.kind) == ("Remove all unused imports", "source.organizeImports")
    text = apply(OVERFULL, fix.edits)
    imports = [line.removeprefix("import ") for line in text.split("\n") if line.startswith("import ")]
    assert imports == [
        "Control.Lens (makeLenses, (%~), (^.))",
        "Control.Monad.State (State, evalState, get, gets, put)",
        "Data.Aeson (ToJSON (..), encode, object, (.=))",
        "Data.Kind (Type)",
        "qualified Data.Map.Strict as Map",
        "Data.Map.Strict (Map, (!?))",
        "Data.Text (Text)",
        "Language.Haskell.TH (integerL, litE)",
    ]
    assert [each.message for each in agent.check("Main.hs", text) if "redundant" in each.message] == []
    for mode in MODES:
        assert agent.output({"Main.hs": text}, mode) == 'Just 1\n"{\\"name\\":\\"corner\\",\\"size\\":1}"\n'

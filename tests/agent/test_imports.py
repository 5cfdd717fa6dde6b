"""Names that are not in scope lead to an import, of packages and of the workspace's own modules."""

import pytest

from ide.actions.fix import Fix, apply
from sandbox.messages import FindExports
from tests.agent.harness import Agent
from tests.agent.test_code_actions import names
from tests.ide.action_cases import found

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

SHAPES = """module Shapes (Shape (..), Holds (..), area, (<+>), pattern Unit) where

data Shape = Square {side :: Double} | Dot
  deriving (Eq, Show)

class Holds f where
  content :: f a -> [a]

area :: Shape -> Double
area (Square x) = x * x
area Dot = 0

(<+>) :: Shape -> Shape -> Double
one <+> other = area one + area other

pattern Unit :: Shape
pattern Unit = Square 1

hidden :: Int
hidden = 1
"""
FILES = {"Shapes.hs": "{-# LANGUAGE PatternSynonyms #-}\n" + SHAPES, "Main.hs": ""}


def offered(agent: Agent, text: str, path: str = "Main.hs") -> dict[str, Fix]:
    told = agent.check(path, text)
    return {title: fix for title, (_, fix) in found(text, told, names(agent, text, told, path)).items()}


def imports(actions: dict[str, Fix]) -> list[str]:
    return [title for title in actions if title.startswith("Add import")]


def program(line: str) -> str:
    return f"module Main (main, it) where\n\n{line}\n\nmain :: IO ()\nmain = pure ()\n"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("it = area", "Add import Shapes (area)"),
        ("it = Dot", "Add import Shapes (Shape (..))"),
        ("it = side", "Add import Shapes (side)"),
        ("it :: Shape -> Shape\nit = id", "Add import Shapes (Shape)"),
        ("it :: Holds f => f a -> Int\nit _ = 1", "Add import Shapes (Holds)"),
        ("it x = x <+> x", "Add import Shapes ((<+>))"),
        ("it x = x == Unit", "Add import Shapes (pattern Unit)"),
        ("it = Shapes.area", "Add import qualified Shapes"),
        ("it = S.area", "Add import qualified Shapes as S"),
        ("it x = toListOf x", "Add import Control.Lens (toListOf)"),
        ("it x y = x ^.. y", "Add import Control.Lens ((^..))"),
        ("it x = [y | y :<| _ <- [x]]", "Add import Data.Sequence (Seq (..))"),
        ("it :: ToJSON a => a -> a\nit = id", "Add import Data.Aeson (ToJSON)"),
        ("it = Map.insert 'a' 'b'", "Add import qualified Data.Map.Strict as Map"),
        ("it = HM.lookup 'a'", "Add import qualified Data.HashMap.Strict as HM"),
        ("it = Data.Map.insert 'a' 'b'", "Add import qualified Data.Map"),
        ("it :: TL.Text -> TL.Text\nit = id", "Add import qualified Data.Text.Lazy as TL"),
    ],
)
def test_a_name_is_imported_from_where_it_is_exported(agent: Agent, line: str, title: str) -> None:
    agent.sync(FILES)
    text = program(line)
    actions = offered(agent, text)
    assert title in actions, list(actions)
    told = agent.check("Main.hs", apply(text, actions[title].edits))
    assert [each.message for each in told if "scope" in each.message or "import" in each.message] == []


def test_what_would_import_the_file_itself_is_not_offered(agent: Agent) -> None:
    user = "module User (used) where\n\nimport Words (words)\n\nused :: Int\nused = 1\n"
    other = "module Other (used) where\n\nimport User (used)\n"
    beside = "module Beside (used) where\n\nused :: Int\nused = 1\n"
    text = "module Words (it) where\n\nit = used\n"
    agent.sync({"User.hs": user, "Other.hs": other, "Beside.hs": beside, "Words.hs": text})
    assert imports(offered(agent, text, "Words.hs")) == ["Add import Beside (used)", "Add import Beside"]


def test_what_a_module_keeps_to_itself_is_not_offered(agent: Agent) -> None:
    agent.sync(FILES)
    assert "Add import Shapes (hidden)" not in offered(agent, program("it = hidden"))


def test_only_what_leaves_the_prelude_as_it_is_is_imported_whole(agent: Agent) -> None:
    agent.sync(FILES)
    assert "Add import Data.List" in offered(agent, program("it = sortOn"))
    assert "Add import Data.Map" not in offered(agent, program("it = insertWith"))


def test_modules_are_of_the_packages_that_have_them(agent: Agent) -> None:
    agent.sync(FILES)
    modules = ["Data.Map.Strict", "Control.Lens", "Data.List", "Shapes", "No.Such"]
    told = agent.ask(FindExports(path="Main.hs", modules=modules))
    assert told.packages == ["containers", "lens", "base", "", ""]

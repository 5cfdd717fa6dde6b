"""Another name for a name in all files: it means the same before and after, or it is refused."""

import re
from collections.abc import Mapping

import pytest

from sandbox.messages import Renamable, Rename, Renamed
from tests.agent.harness import Agent
from tests.agent.test_answers import at

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

SHAPES = """{-# LANGUAGE TemplateHaskell, TypeFamilies #-}
module Shapes (Shape (..), Holds (..), area, (<+>), side) where

import Control.Lens

data Shape = Circle { radius :: Double } | Square { _side :: Double } deriving (Show, Eq)
makeLenses ''Shape

area :: Shape -> Double
area (Circle r) = pi * r * r
area (Square s) = s * s

(<+>) :: Shape -> Shape -> Double
one <+> other = area one + area other

class Holds f where
  type Elem f
  content :: f -> [Elem f]

instance Holds [a] where
  type Elem [a] = a
  content = id
"""
MAIN = """module Main (main) where

import Control.Lens ((^?))
import qualified Data.Map.Strict as Map
import Shapes (Holds (Elem), Shape (Circle, radius), area, side, (<+>))
import qualified Shapes as S

first :: [a] -> Elem [a]
first = head

helper :: Double -> Double
helper width = width + S.area (Circle {radius = width})

main :: IO ()
main = do
  print (helper 1, Circle 2 <+> Circle 3, area (Circle 1))
  print (S.Square 2 ^? side, Map.size (Map.singleton 'a' 'b'), first "b")
"""
SPEC = """module Main (main) where

import Shapes

helper :: Double
helper = area (Circle 1) `max` radius (Circle 2)

main :: IO ()
main = print helper
"""
FILES = {"src/Shapes.hs": SHAPES, "app/Main.hs": MAIN, "test/Spec.hs": SPEC}


@pytest.fixture
def opened(agent: Agent) -> Agent:
    """Only one of the programs was ever looked at."""
    agent.sync(FILES)
    agent.check("app/Main.hs", MAIN)
    return agent


def renamed(
    agent: Agent, path: str, place: tuple[str, int], name: str, files: Mapping[str, str] = FILES
) -> dict[str, str]:
    """The files that changed, as they are then."""
    answer = agent.ask(Rename(path, at(files[path], *place), name))
    assert isinstance(answer, Renamed)
    changed = {}
    for each in answer.files:
        lines = files[each.path].split("\n")
        for edit in reversed(each.edits):
            start, end = edit.range.start, edit.range.end
            assert start.line == end.line
            line = lines[start.line]
            lines[start.line] = line[: start.character] + edit.text + line[end.character :]
        changed[each.path] = "\n".join(lines)
    return changed


def refused(agent: Agent, path: str, place: tuple[str, int], name: str, text: str | None = None) -> str:
    answered = agent.answered(agent.put(Rename(path, at(text or FILES[path], *place), name)))
    assert answered.failure, answered
    return answered.failure


@pytest.mark.parametrize(
    ("path", "place", "old", "new"),
    [
        ("src/Shapes.hs", ("area", 2), r"area", "surface"),
        ("app/Main.hs", ("radius = ", 1), r"radius", "reach"),
        ("app/Main.hs", ("Elem [a]", 1), r"Elem", "Item"),
        ("src/Shapes.hs", ("<+>", 3), r"<+>", "<++>"),
        ("app/Main.hs", ("Circle 3", 1), r"Circle", "Round"),
    ],
)
def test_a_name_is_renamed_wherever_it_is_named(
    opened: Agent, path: str, place: tuple[str, int], old: str, new: str
) -> None:
    changed = renamed(opened, path, place, new)
    assert changed == {each: text.replace(old, new) for each, text in FILES.items() if old in text}


def test_a_type_is_renamed_behind_ticks_too(opened: Agent) -> None:
    changed = renamed(opened, "src/Shapes.hs", ("Shape = ", 1), "Form")
    expected = {path: re.sub(r"\bShape\b", "Form", FILES[path]) for path in ("src/Shapes.hs", "app/Main.hs")}
    assert changed == expected
    assert "makeLenses ''Form" in changed["src/Shapes.hs"]


def test_a_local_name_is_renamed_where_it_holds(opened: Agent) -> None:
    changed = renamed(opened, "app/Main.hs", ("width +", 1), "w")
    assert changed == {"app/Main.hs": MAIN.replace("width", "w")}


def test_a_name_of_a_program_is_renamed_in_that_program_alone(opened: Agent) -> None:
    changed = renamed(opened, "test/Spec.hs", ("helper", 1), "helping")
    assert changed == {"test/Spec.hs": SPEC.replace("helper", "helping")}


@pytest.mark.parametrize(
    ("path", "place", "name", "why"),
    [
        ("app/Main.hs", ("Map.size", 1), "count", "comes from the package containers"),
        ("app/Main.hs", ("area", 1), "Area", "small letter"),
        ("app/Main.hs", ("area", 1), "where", "cannot be a name"),
        ("app/Main.hs", ("area", 1), "area", "called area already"),
        ("app/Main.hs", ("area", 1), "side", "would not compile"),
        ("app/Main.hs", ("side", 2), "edge", "is not written in src/Shapes.hs, line 7"),
        ("src/Shapes.hs", ("_side", 1), "_edge", "would not compile"),
        ("app/Main.hs", ("main ::", 1), "start", "begins at main"),
        ("app/Main.hs", ("Shapes", 1), "Forms", "file's"),
        ("app/Main.hs", ("print", 1), "show", "comes from the package"),
    ],
)
def test_what_would_not_mean_the_same_is_refused(
    opened: Agent, path: str, place: tuple[str, int], name: str, why: str
) -> None:
    assert why in refused(opened, path, place, name)


CAPTURING = """module Main (main) where

outer :: Int
outer = 1

add :: Int -> Int
add inner = inner + outer

main :: IO ()
main = print (add 2)
"""


@pytest.mark.parametrize(("old", "new"), [("inner", "outer"), ("outer", "inner")])
def test_a_name_that_something_else_there_has_is_refused_though_it_compiles(
    agent: Agent, old: str, new: str
) -> None:
    agent.sync({"Main.hs": CAPTURING})
    assert "names something else already in Main.hs, line 7" in refused(
        agent, "Main.hs", (f"{old} ", 1), new, CAPTURING
    )


POINTS = """{-# LANGUAGE NamedFieldPuns, RecordWildCards #-}
module Points where

data Point = Point { across :: Int, up :: Int }

pun :: Point -> Int
pun Point {across} = across
"""
WILD = (
    POINTS
    + """
wild :: Point -> Int
wild Point {..} = up
"""
)


def test_a_pun_is_written_out(agent: Agent) -> None:
    files = {"Points.hs": POINTS}
    agent.sync(files)
    field = renamed(agent, "Points.hs", ("across ::", 1), "x", files)
    expected = POINTS.replace("across ::", "x ::").replace("{across}", "{x = across}")
    assert field == {"Points.hs": expected}
    value = renamed(agent, "Points.hs", ("across\n", 1), "n", files)
    assert value == {"Points.hs": POINTS.replace("{across} = across", "{across = n} = n")}


def test_what_a_wildcard_names_is_refused(agent: Agent) -> None:
    agent.sync({"Points.hs": WILD})
    assert "wildcard" in refused(agent, "Points.hs", ("up ::", 1), "y", WILD)


def test_a_workspace_that_does_not_compile_is_not_renamed_in(agent: Agent) -> None:
    agent.sync({**FILES, "test/Spec.hs": SPEC.replace("`max`", "+ _more +")})
    why = refused(agent, "src/Shapes.hs", ("area", 2), "surface")
    assert why.startswith("The workspace does not compile: mend its errors first.")
    assert "test/Spec.hs:6: Found hole: _more" in why
    assert "Relevant bindings" not in why


def test_after_a_rename_the_session_has_the_workspaces_own_text(opened: Agent) -> None:
    renamed(opened, "src/Shapes.hs", ("area", 2), "surface")
    refused(opened, "src/Shapes.hs", ("_side", 1), "_edge")
    run = opened.start(entry="app/Main.hs")
    assert run.ended().outcome == "exited"
    assert run.stdout.endswith("(Just 2.0,1,'b')\n")
    told = opened.check("app/Main.hs", MAIN + "\n")
    assert not [each for each in told if each.severity == 1]


def test_what_can_be_renamed_is_told_beforehand(opened: Agent) -> None:
    [place] = opened.ask(Renamable("app/Main.hs", at(MAIN, "S.area"))).places
    assert place.range.start == at(MAIN, "S.area", inside=2)
    assert opened.ask(Renamable("app/Main.hs", at(MAIN, "= do", inside=2))) is None
    answered = opened.answered(opened.put(Renamable("app/Main.hs", at(MAIN, "Map.size"))))
    assert "containers" in (answered.failure or "")

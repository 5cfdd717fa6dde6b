"""Cost centres, on a small variant for profiling: GHC's own libraries and lens with what it needs."""

from collections.abc import Iterator

import docker
import pytest

from sandbox import toolchains
from sandbox.messages import Profile
from tests.agent.stage import Stage
from tests.agent.test_insight import report

pytestmark = pytest.mark.engine

MOVES = """\
{-# LANGUAGE TemplateHaskell #-}
module Moves (Point, origin, moved, across, counted) where

import Control.Lens
import Control.Monad.State
import qualified Data.Map.Strict as Map

data Point = Point { _across :: Int, _down :: Int } deriving Show
makeLenses ''Point

origin :: Point
origin = Point 0 0

moved :: Int -> Point -> Point
moved n = across +~ n

counted :: [Int] -> Map.Map Int Int
counted numbers = execState (mapM_ (\\n -> modify (Map.insertWith (+) (n `mod` 97) 1)) numbers) Map.empty
"""
MAIN = """\
module Main (main) where

import Control.Lens
import Moves

slow :: Int -> Int
slow n = length [() | a <- [1 .. n], b <- [1 .. n], a * b `mod` 7 == 3]

main :: IO ()
main = do
  print (slow 3000)
  print (sum (counted [1 .. 20000]))
  print (moved 3 origin ^. across)
"""


@pytest.fixture(scope="module")
def profiling(engine: docker.DockerClient) -> Iterator[Stage]:
    stage = Stage(engine, toolchains.ensure(engine, "ghc-9.6-profiling", only="lens"))
    yield stage
    stage.close()


def test_a_profile_leads_from_the_time_to_the_source(profiling: Stage) -> None:
    run = profiling.fresh().run({"Main.hs": MAIN, "src/Moves.hs": MOVES}, "compile", insight="profile")
    lines = run.stdout.splitlines()
    assert lines[1:] == ["20000", "3"], run.events
    found = report(run)
    assert isinstance(found, Profile)
    assert found.ticks > 10
    ticks: dict[str, int] = {}
    for cost in found.costs:
        label = found.centres[cost.centre].label
        ticks[label] = ticks.get(label, 0) + cost.ticks
        assert cost.parent is None or found.costs.index(cost) > cost.parent
    assert max(ticks, key=lambda label: ticks[label]) == "slow"
    slow = next(centre for centre in found.centres if centre.label == "slow")
    assert (slow.module, slow.path) == ("Main", "Main.hs")
    assert slow.range is not None
    assert MAIN.split("\n")[slow.range.start.line].startswith("slow")
    places = {centre.label: centre.path for centre in found.centres}
    assert (places["counted"], places["main"]) == ("src/Moves.hs", "Main.hs")

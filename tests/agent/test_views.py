"""What GHC makes of a module, from Core to assembly, tied to its lines."""

import pytest

from sandbox.messages import Dump, Dumped, Measured, Stage
from tests.agent.harness import Agent

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

SUMS = """\
module Sums (total, Weight (..)) where

newtype Weight = Weight { weight :: Double } deriving Show

total :: [Weight] -> Double
total = go 0
  where
    go acc [] = acc
    go acc (Weight x : rest) = go (acc + x * x) rest
"""
MAIN = """\
module Main where

import Control.Lens
import qualified Data.Map.Strict as Map
import Sums

main :: IO ()
main = do
  print (total [Weight 1, Weight 2])
  print (Map.fromList [(1 :: Int, 'a')] & at 2 ?~ 'b')
"""
# -O1 splits the work of `best` off, -O2 makes besides a loop of its own for `Just`.
BEST = """\
module Best (best) where

best :: Maybe Int -> Int -> Int
best (Just found) n
  | n > 0 = best (Just (max found (n * 7 `mod` 11))) (n - 1)
  | otherwise = found
best Nothing n = n
"""
FILES = {"src/Sums.hs": SUMS, "src/Best.hs": BEST, "Main.hs": MAIN}
NOISE: dict[Stage, tuple[str, ...]] = {
    "stg": ("Sums.",),
    "cmm": ("Sums.", "unwind", ": // "),
    "asm": ("Sums.", ".loc", ".debug", ".section", ".byte", "_info_end:"),
}
OF_EVERY_MODULE = ("$trModule", "$tcWeight", "$krep")
SUM_LINE = SUMS.splitlines().index("    go acc (Weight x : rest) = go (acc + x * x) rest")


def seen(agent: Agent, stage: Stage, path: str = "src/Sums.hs", **more: object) -> Dumped:
    found = agent.ask(Dump(path=path, stage=stage, **more))  # type: ignore[arg-type]
    assert isinstance(found, Dumped)
    assert len(found.sources) == len(found.text.splitlines())
    return found


def from_line(view: Dumped, line: int) -> str:
    lines = zip(view.text.splitlines(), view.sources, strict=True)
    return "\n".join(text for text, source in lines if source == line)


def test_a_line_leads_to_what_became_of_it(agent: Agent) -> None:
    agent.sync(FILES)
    became: dict[Stage, str] = {"core": "*##", "cmm": "%MO_F_Mul", "asm": "mulsd"}
    for stage, expected in became.items():
        assert expected in from_line(seen(agent, stage), SUM_LINE), stage
    assert "total" in from_line(seen(agent, "stg"), SUMS.splitlines().index("total = go 0"))


def test_levels_differ_and_noise_is_left_out(agent: Agent) -> None:
    agent.sync(FILES)
    plain, optimized = seen(agent, "core", optimization=0), seen(agent, "core", optimization=2)
    assert "$wgo" not in plain.text
    assert "$wgo" in optimized.text
    assert not {"$trModule", "Str=", "src<", "2026"} & set(optimized.text.split())
    assert "$tcWeight" not in optimized.text
    detailed = seen(agent, "core", optimization=2, details=True)
    assert "$trModule" in detailed.text
    assert "Str=" in detailed.text
    assert seen(agent, "core", optimization=2) == optimized  # the same each time: it can be compared


def test_noise_is_left_out_of_every_stage(agent: Agent) -> None:
    agent.sync(FILES)
    for stage, words in NOISE.items():
        quiet, detailed = seen(agent, stage, optimization=2), seen(agent, stage, optimization=2, details=True)
        assert not [word for word in (*words, *OF_EVERY_MODULE, "src<") if word in quiet.text], stage
        missed = [word for word in (*words, *OF_EVERY_MODULE) if word not in detailed.text]
        assert not missed, f"it is no noise of {stage}"
        assert "$wgo" in quiet.text
        assert "$fShowWeight" in quiet.text


def test_each_level_is_seen_in_every_stage(agent: Agent) -> None:
    agent.sync(FILES)
    for stage in NOISE:
        for level, made in enumerate(([], ["$wbest"], ["$wbest", "$s$wbest"])):
            text = seen(agent, stage, "src/Best.hs", optimization=level).text
            assert "best" in text
            assert [word for word in ("$wbest", "$s$wbest") if word in text] == made, (stage, level)


def test_a_module_with_packages_and_its_errors(agent: Agent) -> None:
    agent.sync(FILES)
    assert "main" in seen(agent, "core", "Main.hs").text
    agent.edit("src/Sums.hs", SUMS.replace("go 0\n", "go True\n"))
    failed = agent.answered(agent.put(Dump(path="Main.hs", stage="asm"))).failure
    assert failed is not None
    assert "src/Sums.hs:" in failed
    assert "Bool" in failed
    agent.edit("src/Sums.hs", SUMS)
    assert seen(agent, "asm").text


def test_what_is_no_module_is_refused(agent: Agent) -> None:
    agent.sync(FILES | {"notes.txt": "nothing"})
    for path, said in (
        ("notes.txt", "Only Haskell modules can be looked at this way."),
        ("Gone.hs", "There is no file Gone.hs in the workspace."),
    ):
        assert agent.answered(agent.put(Dump(path=path, stage="core"))).failure == said


def test_a_pipe_in_the_place_of_a_dump_holds_nothing_up(agent: Agent) -> None:
    """A program may put anything where GHC writes."""
    script = (
        'import System.Process\nmain = callCommand "mkdir -p /work/.session/views/O1; '
        "rm -rf /work/.session/views/O1/dump; mkdir -p /work/.session/views/O1/dump/src; "
        "mkfifo /work/.session/views/O1/dump/src/Sums.dyn.dump-simpl; "
        'ln -s /proc/1/environ /work/.session/views/O1/dump/src/Sums.dyn.dump-stg-final"\n'
    )
    agent.sync(FILES | {"Main.hs": script})
    seen(agent, "core")  # known, so that it is not made again
    assert agent.start("interpret", entry="Main.hs").ended().outcome == "exited"
    refusals: dict[Stage, str] = {
        "core": "There is something else in the place of what GHC writes.",
        "stg": "GHC left nothing to look at of this module.",
    }
    for stage, said in refusals.items():
        assert agent.answered(agent.put(Dump(path="src/Sums.hs", stage=stage))).failure == said


def test_a_run_can_look_at_a_module_instead(agent: Agent) -> None:
    run = agent.run(FILES, "check", dump=Dump("src/Sums.hs", "core"))
    assert (run.ended().outcome, run.ended().exit_code) == ("exited", 0)
    (report,) = [event.report for event in run.events if isinstance(event, Measured)]
    assert isinstance(report, Dumped)
    assert "*##" in from_line(report, SUM_LINE)


def test_a_run_that_finds_nothing_to_look_at_says_why(agent: Agent) -> None:
    run = agent.run({"Main.hs": "main = putStrLn 1\n"}, "check", dump=Dump("Main.hs", "core"))
    assert run.ended().outcome == "compile_failed"
    assert "mend its errors first" in (run.ended().reason or "")
    assert not [event for event in run.events if isinstance(event, Measured)]

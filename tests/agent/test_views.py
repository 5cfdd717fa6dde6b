"""What GHC makes of a module, from Core to assembly, tied to its lines."""

import re

import pytest

from sandbox.agent.views import uniques
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
JUMPS: tuple[tuple[Stage, str, str], ...] = (
    ("cmm", r"^ +(L\d+):", r"(?:goto|returns to) (\w+)"),
    ("asm", r"^(\.L\d+):", r" j[a-z]+ (\.L\w+)"),
)
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


def test_every_jump_leads_to_a_label_and_variables_have_names_of_their_own(agent: Agent) -> None:
    agent.sync(FILES)
    for stage, label, jump in JUMPS:
        view = seen(agent, stage, optimization=2)
        for block in view.text.split("\n\n"):
            labels = re.findall(label, block, re.MULTILINE)
            assert len(set(labels)) == len(labels), block
            assert set(re.findall(jump, block)) <= {*labels}, block
        assert re.search(jump, view.text)
        assert seen(agent, stage, optimization=2) == view
    variables = set(re.findall(r"\b(\w+)::[PFI]64", seen(agent, "cmm", optimization=2).text))
    assert {"v1", "v2"} <= variables
    assert all(re.fullmatch(r"v\d+", each) for each in variables), variables


def test_what_ghc_tells_apart_is_numbered_and_the_rest_is_left_alone() -> None:
    cmm = [
        [
            "[sat_s2a_entry() {",
            "  c2b: // c2b",
            "    _s2d::P64 = R2; _s2e::P64 = sat_s2f_info;",
            "    goto c2c;",
        ],
        [
            "  c2g: // (c2g/c2h)",
            "    call my_c2b_tool(go_r1a_closure) returns to c2g;",
            "    go_r1a_info; x_y_info; sat_sab_info; _uab_srt",
        ],
    ]
    assert uniques.of_cmm(cmm) == [
        ["[sat_1_entry() {", "  L1: // L1", "    v1::P64 = R2; v2::P64 = sat_2_info;", "    goto c2c;"],
        [
            "  L1: // (L1/c2h)",
            "    call my_c2b_tool(go_closure) returns to L1;",
            "    go_info; x_y_info; sat_3_info; _1_srt",
        ],
    ]


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

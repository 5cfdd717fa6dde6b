"""A workspace on every toolchain at once, through every real part."""

from functools import partial

import pytest

from tests.stack import Stack
from tests.wire import ROOT, Refused, Run, Window

pytestmark = pytest.mark.engine

PROGRAM = """\
{-# LANGUAGE CPP #-}
{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Lens
import Control.Monad.State
import qualified Data.Map.Strict as Map
import System.IO

newtype Count = Count { _seen :: Map.Map Char Int }
makeLenses ''Count

main :: IO ()
main = do
  text <- getContents
  print (Map.toList (execState (mapM_ (\\c -> seen . at c . non 0 += 1) text) (Count Map.empty) ^. seen))
#if __GLASGOW_HASKELL__ >= 910
  hPutStrLn stderr "newer"
#endif
"""
ONLY_NEW = "{-# LANGUAGE RequiredTypeArguments #-}\nmodule New where\nunused x = 1 :: Int\n"


def _printed(run: Run) -> bool:
    return bool(run.text["stdout"] or run.finished)


@pytest.fixture(scope="module", autouse=True)
def _both(stack: Stack) -> None:
    stack.offer("ghc-9.6", "ghc-9.10")


async def test_a_program_runs_and_is_checked_on_every_toolchain(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": PROGRAM})
    async with Window.open(stack.url, workspace, token) as window:
        params = {"requestId": "m1", "mode": "interpret", "stdin": "abca"}
        rows = (await window.request("haskell/matrix", params, 60))["rows"]
        assert [row["toolchain"] for row in rows] == ["ghc-9.6", "ghc-9.10"]
        runs = [window.run(row["runId"]) for row in rows]
        await window.until(lambda: all(run.finished for run in runs), 120)
        assert [run.finished and run.finished["outcome"] for run in runs] == ["exited", "exited"]
        assert [run.text["stdout"] for run in runs] == ["[('a',2),('b',1),('c',1)]\n"] * 2
        assert [run.text["stderr"] for run in runs] == ["", "newer\n"]
    checked = stack.workspace(token, {"New.hs": ONLY_NEW})
    async with Window.open(stack.url, checked, token) as window:
        params = {"requestId": "m2", "mode": "check"}
        rows = (await window.request("haskell/matrix", params, 60))["rows"]
        runs = [window.run(row["runId"]) for row in rows]
        await window.until(lambda: all(run.finished for run in runs), 120)
        outcomes = {row["ghc"]: run.finished for row, run in zip(rows, runs, strict=True)}
        old, new = (outcomes[ghc] for ghc in sorted(outcomes, key=lambda ghc: [*map(int, ghc.split("."))]))
        assert old is not None
        assert new is not None
        assert (old["outcome"], new["outcome"], new["phase"]) == ("compile_failed", "exited", "compile")
        assert "RequiredTypeArguments" in old["diagnostics"][0]["message"]


async def test_its_optimised_program_and_its_tests_run_on_every_toolchain(stack: Stack, token: str) -> None:
    files = {
        "app/Main.hs": "import Sum\n\nmain :: IO ()\nmain = print (total [1, 2])\n",
        "src/Sum.hs": "module Sum where\n\ntotal :: [Int] -> Int\ntotal = sum\n",
        "test/Spec.hs": "import Sum\nimport Test.Hspec\n\nmain :: IO ()\n"
        'main = hspec (it "adds" (total [1, 2] `shouldBe` 3))\n',
    }
    workspace = stack.workspace(token, files)
    async with Window.open(stack.url, workspace, token) as window:
        for mode, said in (("compile", "3\n"), ("test", "1 example, 0 failures")):
            rows = (await window.request("haskell/matrix", {"requestId": mode, "mode": mode}, 60))["rows"]
            runs = [window.run(row["runId"]) for row in rows]
            ended = [await window.ended(run, 180) for run in runs]
            assert [each["exitCode"] for each in ended] == [0, 0]
            assert all(said in run.text["stdout"] for run in runs)


async def test_a_toolchains_run_is_stopped(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": "main :: IO ()\nmain = mapM_ print [1 :: Integer ..]\n"})
    async with Window.open(stack.url, workspace, token) as window:
        rows = (await window.request("haskell/matrix", {"requestId": "m", "mode": "interpret"}, 60))["rows"]
        for row in rows:
            run = window.run(row["runId"])
            await window.until(partial(_printed, run), 120)
            await window.request("run/stop", {"runId": run.id})
            await window.until(partial(getattr, run, "finished"), 30)
            assert run.finished
            assert run.finished["outcome"] == "stopped"


async def test_what_ghc_makes_of_a_module_is_looked_at_on_another_toolchain(stack: Stack, token: str) -> None:
    module = "{-# LANGUAGE CPP #-}\nmodule Known where\n\nversion :: Int\nversion = __GLASGOW_HASKELL__\n"
    async with Window.open(stack.url, stack.workspace(token, {"Known.hs": module}), token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("Known.hs", module)
        wanted = {"uri": f"{ROOT}Known.hs", "stage": "core", "optimization": 1}
        for toolchain, version in (("ghc-9.6", "906#"), ("ghc-9.10", "910#")):
            view = await window.request("haskell/dump", {**wanted, "toolchain": toolchain}, timeout=90)
            assert version in view["text"]
            assert len(view["sources"]) == len(view["text"].splitlines())
        await window.did_change("Known.hs", module.replace(":: Int", ":: Bool"))
        with pytest.raises(Refused, match="mend its errors first"):
            await window.request("haskell/dump", {**wanted, "toolchain": "ghc-9.10"}, timeout=90)

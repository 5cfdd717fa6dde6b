"""Programs that call the service over REST, through every real part."""

import asyncio
from typing import Any

import httpx
import pytest

from ide.workspaces.example import all_examples
from sandbox.limits import ONE_SHOT_WAIT_SECONDS
from tests.stack import Stack

pytestmark = pytest.mark.engine

EXPECTED = {  # example → what it prints, and what it reads
    "hello": ("Hello, Haskell!\n[2,3,5,7,11,13,17,19,23,29]\n", ""),
    "input": ("What is your name? Hello, Ada!", "Ada\n50\n"),
    "wordcount": ("***** the (5)\n", ""),
    "quickcheck": ("+++ OK, passed 100 tests.", ""),
    "stm": ("In all: 500\n", ""),
    "project": ("Mean:   Just 6.833333333333333\nMedian: Just 6.0\n", ""),
}


def caller(stack: Stack, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"{stack.url}/api/v1", headers=headers, timeout=100, trust_env=False)


async def run(stack: Stack, token: str, **body: Any) -> dict[str, Any]:
    async with caller(stack, token) as client:
        answer = await client.post("/run", json=body)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def on_record(stack: Stack, token: str, run_id: str) -> dict[str, Any]:
    """The run's row, once it says how the run ended."""
    async with caller(stack, token) as client, asyncio.timeout(20):
        while (row := (await client.get(f"/runs/{run_id}")).json())["outcome"] is None:
            await asyncio.sleep(0.1)
    found: dict[str, Any] = row
    return found


@pytest.mark.parametrize("example", all_examples(), ids=lambda example: example.slug)
async def test_every_example_runs(stack: Stack, token: str, example: Any) -> None:
    prints, reads = EXPECTED[example.slug]
    answer = await run(stack, token, files=example.files, entry=example.entry, stdin=reads)
    assert (answer["outcome"], answer["exitCode"]) == ("exited", 0), answer
    assert prints in answer["stdout"]
    assert answer["stderr"] == ""


async def test_a_native_program_says_how_it_ended_and_what_it_cost(stack: Stack, token: str) -> None:
    text = 'import System.Exit\nimport System.IO\nmain = hPutStrLn stderr "oh" >> exitWith (ExitFailure 3)\n'
    answer = await run(stack, token, files={"Main.hs": text}, mode="compile", optimization=0)
    assert (answer["outcome"], answer["phase"], answer["exitCode"]) == ("exited", "run", 3)
    assert (answer["stdout"], answer["stderr"]) == ("", "oh\n")
    assert answer["timings"]["compileSeconds"] > 0
    assert answer["usage"]["cpuSeconds"] > 0
    assert answer["toolchain"]["name"] == "ghc-9.6"


async def test_a_program_that_ghc_refuses_has_diagnostics(stack: Stack, token: str) -> None:
    answer = await run(stack, token, files={"Main.hs": "main = putStrLn 1\n"})
    assert answer["outcome"] == "compile_failed"
    assert answer["diagnostics"][0]["uri"] == "file:///work/Main.hs"


async def test_a_nul_reaches_the_program_and_comes_back_however_often_it_is_asked(
    stack: Stack, token: str
) -> None:
    body = {"files": {"Main.hs": "main = interact reverse\n"}, "stdin": "a\0b"}
    async with caller(stack, token) as client:
        answers = [await client.post("/run", json=body, headers={"Idempotency-Key": "nul"}) for _ in range(2)]
    assert [each.json()["stdout"] for each in answers] == ["b\0a"] * 2


async def test_what_a_splice_says_with_a_nul_is_a_diagnostic_and_on_record(stack: Stack, token: str) -> None:
    text = '{-# LANGUAGE TemplateHaskell #-}\nmain = $(fail "a\\0b")\n'
    answer = await run(stack, token, files={"Main.hs": text})
    assert answer["outcome"] == "compile_failed"
    assert "a\0b" in answer["diagnostics"][0]["message"]
    recorded = await on_record(stack, token, answer["id"])
    assert (recorded["outcome"], recorded["diagnostics"]) == ("compile_failed", answer["diagnostics"])


async def test_a_lowered_wall_clock_ends_an_endless_program(stack: Stack, token: str) -> None:
    text = "main = let loop n = if n < 0 then print n else loop (n + 1 :: Int) in loop 0\n"
    answer = await run(stack, token, files={"Main.hs": text}, limits={"wallSeconds": 12})
    assert (answer["outcome"], answer["phase"]) == ("timed_out", "run")


async def test_a_compile_that_outlasts_the_wait_for_room_is_timed_out(stack: Stack, token: str) -> None:
    text = """\
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH
main :: IO ()
main = $(let loop :: Int -> Q Exp; loop n = if n < 0 then [| pure () |] else loop (n + 1) in loop 0)
"""
    limits = {"wallSeconds": ONE_SHOT_WAIT_SECONDS + 3}
    answer = await run(stack, token, files={"Main.hs": text}, limits=limits)
    assert (answer["outcome"], answer["phase"]) == ("timed_out", "compile")
    assert answer["timings"]["compileSeconds"] > ONE_SHOT_WAIT_SECONDS


async def test_a_run_of_a_caller_who_hung_up_ends(stack: Stack, token: str) -> None:
    text = "import Control.Concurrent\nmain = print 1 >> threadDelay 50000000\n"
    async with caller(stack, token) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/run", json={"files": {"Main.hs": text}}, timeout=4)
        async with asyncio.timeout(20):
            while (latest := (await client.get("/runs")).json()[0])["outcome"] is None:
                await asyncio.sleep(0.2)
    assert latest["outcome"] == "stopped"


async def test_a_finished_run_is_on_record_with_its_output(stack: Stack, token: str) -> None:
    answer = await run(stack, token, files={"Main.hs": "main = print 42\n"})
    row = await on_record(stack, token, answer["id"])
    assert (row["outcome"], row["stdout"], row["stdoutBytes"], row["workspaceId"]) == (
        "exited",
        "42\n",
        3,
        None,
    )

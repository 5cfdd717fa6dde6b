"""A session changes machines, with real GHC on both: nothing of it is lost."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.pool.beside import another_machine, drain, host_of, until_warm
from tests.pool.machine import Machine, obstacle
from tests.stack import Stack
from tests.wire import Run, Window

pytestmark = [pytest.mark.pool, pytest.mark.engine]

WRITES = """module Main (main) where

import Greeting (greeting)
import System.Directory (createDirectoryIfMissing)

main :: IO ()
main = do
  createDirectoryIfMissing True "kept/below"
  writeFile "kept/below/notes.txt" "written before"
  putStrLn greeting
"""
READS = """module Main (main) where

import Greeting (greeting)

main :: IO ()
main = readFile "kept/below/notes.txt" >>= putStrLn . (greeting ++)
"""
GREETING = "module Greeting (greeting) where\n\ngreeting :: String\ngreeting = "
UP, CLEAR, LEAVE = "\x1b[A", "\x15", "\x04"  # as a terminal sends these keys


@pytest.fixture
def other(stack: Stack) -> Iterator[Machine]:
    """A second machine in the pool, over TLS; afterwards the stack has its own alone, in use."""
    if why := obstacle():
        pytest.skip(f"no machines of their own: {why}")
    with another_machine(stack) as machine:
        yield machine
        stack.delete_workspaces()
        stack.manage("hosts", "uncordon", "local")


async def opened(window: Window) -> Run:
    """GHCi in a terminal, at its prompt."""
    run = await window.start("repl", terminal={"columns": 80, "rows": 24})
    await window.printed(run, "ghci> ")
    return run


async def typed(window: Window, run: Run, text: str) -> None:
    await window.request("run/input", {"runId": run.id, "text": text})


async def test_files_what_programs_wrote_unsaved_text_and_the_repls_history_move_along(
    stack: Stack, token: str, other: Machine
) -> None:
    stack.manage("hosts", "cordon", other.name)
    files = {"Main.hs": WRITES, "Greeting.hs": GREETING + '"first"\n'}
    workspace = stack.workspace(token, files)
    async with Window.open(stack.url, workspace, token) as window:
        await window.ready()
        await window.initialize()
        assert host_of(stack, workspace) == "local"
        run = await window.start()
        assert (await window.ended(run))["outcome"] == "exited"
        repl = await opened(window)
        await typed(window, repl, "40 + 2 + length greeting\r")
        await window.printed(repl, "47")
        await typed(window, repl, LEAVE)
        assert (await window.ended(repl))["outcome"] == "exited"
        await window.did_open("Main.hs", WRITES)
        await window.did_open("Greeting.hs", files["Greeting.hs"])
        await window.did_change("Greeting.hs", GREETING + '"then "\n')

        for left, reached in (("local", other.name), (other.name, "local")):
            await asyncio.to_thread(stack.manage, "hosts", "uncordon", reached)
            await until_warm(stack, reached)
            await drain(stack, left, window)
            assert host_of(stack, workspace) == reached

            version = await window.did_change("Main.hs", READS)
            assert await window.diagnostics("Main.hs", version) == []
            run = await window.start()
            assert (await window.ended(run))["outcome"] == "exited"
            assert run.text["stdout"] == "then written before\n"
            repl = await opened(window)
            await typed(window, repl, UP)
            await window.printed(repl, "40 + 2 + length greeting")
            await typed(window, repl, CLEAR + LEAVE)
            assert (await window.ended(repl))["outcome"] == "exited"

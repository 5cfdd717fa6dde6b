"""A run that ends for a reason says it in so many words as whoever reads its end can take."""

import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.agent.check import Check
from sandbox.agent.diagnostics import complaint
from sandbox.agent.interpret import Interpret
from sandbox.agent.loaded import Loaded
from sandbox.agent.program import Program
from sandbox.agent.run import Refusal, Run, Tools
from sandbox.limits import RunLimits
from sandbox.messages import REASON_CHARACTERS, Diagnostic, Finished, Mode, Say, Start, decode_frame, encode
from tests.agent.ghcless import workspace

MAIN = "module Main where\n\nmain :: IO ()\nmain = pure ()\n"
LONG = "GHC ended while it was loading the modules.\n" + "λ" * 4000


class FakeLoader:
    """Has loaded nothing, for GHC failed with these words."""

    def __init__(self, failure: str) -> None:
        self._loaded = Loaded(failure=failure)

    async def contents_complete(self) -> None:
        return

    def lost(self) -> list[str]:
        return []

    def layout(self) -> Any:
        return self._loaded.layout

    @contextlib.asynccontextmanager
    async def current(self, entry: str | None, seconds: float) -> AsyncIterator[Loaded]:
        yield self._loaded

    def diagnostics(self, paths: set[str]) -> list[Diagnostic]:
        return []


class Failing(Run):
    """Comes to no program."""

    def __init__(self, start: Start, tools: Tools, failure: Exception) -> None:
        super().__init__(start, tools)
        self._failure = failure

    async def prepare(self) -> Program:
        raise self._failure


def tools(loader: Any) -> Tools:
    outbox: Any = SimpleNamespace(say=lambda run_id, event: None)
    nobody: Any = None
    return Tools(loader, outbox, nobody, lambda run: None, nobody)


def start(mode: Mode = "interpret") -> Start:
    return Start("run", mode, RunLimits())


async def told(run: Run) -> Finished:
    """The run's end, as the relay reads it."""
    await run.begin()
    assert run.finished
    say = decode_frame(encode(Say(channel="run", n=1, event=run.finished)))
    assert isinstance(say, Say)
    assert isinstance(say.event, Finished)
    return say.event


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (2, "File00.hs, File01.hs."),
        (3, "File00.hs, File01.hs, File02.hs."),
        (70, "File00.hs, File01.hs, File02.hs and 67 more."),
    ],
)
async def test_of_many_files_that_define_main_the_first_few_are_named(count: int, named: str) -> None:
    files = {f"File{number:02}.hs": MAIN for number in range(count)}
    layout = workspace(files).loader.layout()
    run = Interpret(start(), tools(None))
    with pytest.raises(Refusal) as refusal:
        run.chosen_entry(layout)
    finished = await told(Failing(start(), tools(None), refusal.value))
    assert finished.reason == f"Several files define main: {named} Say which one to run."
    assert [each.message for each in finished.diagnostics] == [finished.reason]


async def test_a_reason_that_is_too_long_is_cut_and_its_diagnostic_is_whole() -> None:
    refusal = Refusal("compile_failed", LONG, [complaint("Main.hs", LONG)])
    finished = await told(Failing(start(), tools(None), refusal))
    assert finished.reason == LONG[: REASON_CHARACTERS - 1] + "…"
    assert finished.diagnostics[0].message == LONG


async def test_a_check_that_failed_with_many_words_tells_the_first_of_them() -> None:
    finished = await told(Check(start("check"), tools(FakeLoader(LONG))))
    assert (finished.outcome, finished.reason) == ("compile_failed", LONG[: REASON_CHARACTERS - 1] + "…")


async def test_a_fault_of_ours_with_many_words_is_told() -> None:
    finished = await told(Failing(start(), tools(None), ValueError(LONG)))
    assert finished.outcome == "internal_error"
    assert finished.reason
    assert finished.reason.startswith("ValueError: GHC ended")

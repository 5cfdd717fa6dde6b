"""A relay's clocks on an agent that may never answer."""

import time

import pytest

from sandbox.relay.clocks import Awaited


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Holds the time of day, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_what_was_answered_is_awaited_no_more(clock: list[float]) -> None:
    awaited = Awaited(60.0)
    awaited.ask("Main.hs")
    awaited.ask("q1")
    awaited.settle("Main.hs")
    awaited.settle("never asked")
    assert len(awaited) == 1
    awaited.settle("q1")
    assert not awaited


def test_what_is_asked_again_is_awaited_from_then_on(clock: list[float]) -> None:
    awaited = Awaited(60.0)
    awaited.ask("Main.hs")
    awaited.ask("q1")
    clock[0] += 50
    awaited.ask("Main.hs")
    clock[0] += 20
    assert len(awaited) == 1
    clock[0] += 50
    assert not awaited


def test_an_agent_that_never_answers_fills_no_memory(clock: list[float]) -> None:
    awaited = Awaited(60.0)
    for number in range(10_000):
        awaited.ask(f"q{number}")
        clock[0] += 1
    assert len(awaited._since) <= 61

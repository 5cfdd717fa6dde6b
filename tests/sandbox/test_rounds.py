"""Whatever happens in one round, the next one is made."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis.exceptions import RedisError

from sandbox.rounds import Rounds


@contextmanager
def failing(error: Exception) -> Iterator[threading.Event]:
    """Rounds whose first step fails; set at the second one."""
    again, steps = threading.Event(), 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == 1:
            raise error
        again.set()

    rounds = Rounds("upkeep", step, 0.001)
    rounds.start()
    try:
        yield again
    finally:
        rounds.close()


@pytest.mark.parametrize(("error", "level"), [(RedisError("away"), "WARNING"), (KeyError("ours"), "ERROR")])
def test_a_round_that_fails_is_said_and_costs_no_other(
    error: Exception, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    with failing(error) as again:
        assert again.wait(10)
    [said] = caplog.records
    assert (said.levelname, said.getMessage().partition(":")[0]) == (level, "upkeep")


def test_no_round_begins_once_it_is_closed() -> None:
    began, go, steps = threading.Event(), threading.Event(), 0

    def step() -> None:
        nonlocal steps
        steps += 1
        began.set()
        go.wait(10)

    rounds = Rounds("upkeep", step, 0.0)
    rounds.start()
    rounds.start()  # it has
    assert began.wait(10)
    rounds.close(wait_seconds=0.01)  # does not wait for a step that hangs
    go.set()
    rounds.close()
    assert steps == 1


def test_one_that_never_began_is_closed() -> None:
    Rounds("upkeep", lambda: None, 1.0).close()

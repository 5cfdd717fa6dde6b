"""What a run's end is called, from what was seen of it."""

import signal

import pytest

from sandbox.agent.verdict import Seen, Verdict, verdict
from sandbox.messages import Outcome


@pytest.mark.parametrize("code", [0, 1, 124, 137, 251, 255])
def test_an_exit_code_is_shown_as_it_is(code: int) -> None:
    assert verdict(Seen("run", code, None)) == Verdict("exited", code)


def test_a_kill_by_the_program_itself_is_a_signal_and_no_limit() -> None:
    assert verdict(Seen("run", None, signal.SIGKILL)) == Verdict("signalled", None, "SIGKILL")


def test_a_kill_by_the_kernel_for_want_of_memory_is_the_limit() -> None:
    assert verdict(Seen("run", None, signal.SIGKILL, oom_kills=1)).outcome == "out_of_memory"


def test_a_program_that_exits_well_although_a_child_was_out_of_memory_exited() -> None:
    assert verdict(Seen("run", 0, None, oom_kills=1)) == Verdict("exited", 0)
    assert verdict(Seen("run", 137, None, oom_kills=1)) == Verdict("exited", 137)


def test_a_compiler_that_fails_because_its_assembler_was_killed_is_out_of_memory() -> None:
    assert verdict(Seen("compile", 1, None, oom_kills=1)).outcome == "out_of_memory"
    assert verdict(Seen("compile", 0, None, oom_kills=1)).outcome == "exited"


@pytest.mark.parametrize("reason", ["stopped", "timed_out", "output_limit"])
def test_what_made_the_agent_end_it_comes_before_how_it_ended(reason: Outcome) -> None:
    seen = Seen("run", None, signal.SIGKILL, ended_by=reason, oom_kills=1)
    assert verdict(seen) == Verdict(reason, None, "SIGKILL")


def test_a_signal_without_a_name_keeps_its_number() -> None:
    assert verdict(Seen("run", None, 40)).signal == "SIG40"

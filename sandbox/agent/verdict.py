"""How a run ended, from what was seen of it. Pure."""

import signal
from dataclasses import dataclass

from sandbox.messages import Outcome, Phase

_HEAP_EXHAUSTED = 251  # what GHC's runtime exits with


@dataclass(frozen=True)
class Seen:
    """What was seen of one phase of a run. `ended_by`: the limit or wish that made the agent end it."""

    phase: Phase
    exit_code: int | None
    signal: int | None
    ended_by: Outcome | None = None
    oom_kills: int = 0  # in the container, within the phase


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    exit_code: int | None = None
    signal: str | None = None


def verdict(seen: Seen) -> Verdict:
    """The outcome that names the reason: the limit that bit, else how the program ended by itself."""
    if seen.ended_by:
        return Verdict(seen.ended_by, seen.exit_code, signal_name(seen.signal))
    if seen.oom_kills and _fits_out_of_memory(seen):
        return Verdict("out_of_memory", seen.exit_code, signal_name(seen.signal))
    if seen.signal is not None:
        return Verdict("signalled", None, signal_name(seen.signal))
    return Verdict("exited", seen.exit_code)


def _fits_out_of_memory(seen: Seen) -> bool:
    """The kernel killed somebody for want of memory: this program, or a part without which it failed?"""
    if seen.signal == signal.SIGKILL or seen.exit_code == _HEAP_EXHAUSTED:
        return True
    return seen.phase == "compile" and seen.exit_code != 0


def signal_name(number: int | None) -> str | None:
    if number is None:
        return None
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"

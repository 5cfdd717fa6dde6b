"""What a user may use and whether a request fits: pure decisions over an `Allowance` and a `Standing`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ide import units
from ide.exceptions import NotInPlan, Refused
from sandbox.limits import ContainerLimits, RunLimits


@dataclass(frozen=True)
class Allowance:
    """A plan with all overrides applied: its numbers are the fields of `ide.models.Plan`."""

    plan: str
    sessions: int
    runs: int
    runs_per_minute: int
    cpu_seconds_per_day: float
    memory_bytes: int
    cpus: float
    disk_bytes: int
    compile_seconds: float
    run_seconds: float
    test_seconds: float
    repl_idle_seconds: float
    hibernate_seconds: float
    queue_weight: float
    output_bytes: int
    messages_per_second: float
    message_burst: int
    sockets: int
    workspaces: int
    stored_bytes: int
    compile_allowed: bool
    toolchains: frozenset[str]  # names; empty: all of them

    def container_limits(self) -> ContainerLimits:
        return ContainerLimits(
            memory_bytes=self.memory_bytes,
            cpus=self.cpus,
            disk_bytes=min(self.disk_bytes, self.memory_bytes // 4),
        ).clamped()

    def run_limits(self) -> RunLimits:
        return RunLimits(
            compile_seconds=self.compile_seconds,
            run_seconds=self.run_seconds,
            test_seconds=self.test_seconds,
            idle_seconds=self.repl_idle_seconds,
            output_bytes=self.output_bytes,
        ).clamped()


@dataclass(frozen=True)
class Standing:
    """What a user uses at the moment. `next_run_seconds`: until the oldest run of this minute leaves it."""

    sessions: int = 0
    runs: int = 0
    runs_last_minute: int = 0
    next_run_seconds: int = 0
    cpu_seconds_today: float = 0.0
    renews_seconds: int = 0  # until the day ends
    workspaces: int = 0
    stored_bytes: int = 0


def combine(
    plan: Mapping[str, Any], groups: Iterable[Mapping[str, Any]], own: Mapping[str, Any] | None
) -> Allowance:
    """The plan, then the most generous of the groups' overrides, then the user's own; None is empty."""
    values = dict(plan)
    for name in values:
        given = [group[name] for group in groups if group.get(name) not in (None, frozenset())]
        if given:
            values[name] = frozenset().union(*given) if name == "toolchains" else max(given)
        if own and own.get(name) not in (None, frozenset()):
            values[name] = own[name]
    return Allowance(**values)


def check_run(allowance: Allowance, standing: Standing, mode: str, toolchain: str) -> None:
    """Raises Refused or NotInPlan with the sentence for the user when one more run does not fit."""
    if mode == "compile" and not allowance.compile_allowed:
        raise NotInPlan("Your plan does not include the optimised build: use Run.", "compile_allowed", 0)
    check_toolchain(allowance, toolchain)
    if standing.runs >= allowance.runs:
        raise Refused(
            f"Your plan allows {_count(allowance.runs, 'run')} at once, and {_are(standing.runs)} going on. "
            "Wait for one to end, or stop one.",
            "runs",
            allowance.runs,
            1,
        )
    if standing.runs_last_minute >= allowance.runs_per_minute:
        raise Refused(
            f"Your plan allows {_count(allowance.runs_per_minute, 'run')} a minute. "
            f"Try again in {units.seconds(max(1, standing.next_run_seconds))}.",
            "runs_per_minute",
            allowance.runs_per_minute,
            max(1, standing.next_run_seconds),
        )
    check_cpu(allowance, standing)


def check_toolchain(allowance: Allowance, toolchain: str) -> None:
    if allowance.toolchains and toolchain not in allowance.toolchains:
        allowed = ", ".join(sorted(allowance.toolchains))
        raise NotInPlan(f"Your plan does not include {toolchain}. It includes {allowed}.", "toolchains", 0)


def check_cpu(allowance: Allowance, standing: Standing) -> None:
    if standing.cpu_seconds_today >= allowance.cpu_seconds_per_day:
        raise Refused(
            f"You have used the {units.seconds(allowance.cpu_seconds_per_day)} of CPU time that your plan "
            f"allows a day. It renews in {units.seconds(max(60, standing.renews_seconds))}.",
            "cpu_seconds_per_day",
            allowance.cpu_seconds_per_day,
            max(1, standing.renews_seconds),
        )


def check_session(allowance: Allowance, standing: Standing) -> None:
    """Whether one more session fits beside `standing.sessions` live ones."""
    if standing.sessions >= allowance.sessions:
        raise Refused(
            f"Your plan allows {_count(allowance.sessions, 'session')} at once, and "
            f"{_are(standing.sessions)} open, with a window or a run. Close the window of another workspace, "
            "or wait until its run has ended.",
            "sessions",
            allowance.sessions,
        )


def to_sleep(too_many: int, idle: Mapping[str, float], windows: Collection[str]) -> list[str]:
    """Those of a user's sessions that may go to sleep, the one that was unused longest first.

    `idle` are those without a run, with the time of their last use. None, where fewer than `too_many` may:
    it would be in vain.
    """
    unused = sorted((each for each in idle if each not in windows), key=idle.__getitem__)
    return unused if len(unused) >= too_many else []


def check_workspaces(allowance: Allowance, standing: Standing) -> None:
    if standing.workspaces >= allowance.workspaces:
        raise Refused(
            f"Your plan allows {_count(allowance.workspaces, 'workspace')}. Delete one that you do not need.",
            "workspaces",
            allowance.workspaces,
        )


def check_stored(allowance: Allowance, stored_bytes: int) -> None:
    """Whether a user may store so many bytes in all."""
    if stored_bytes > allowance.stored_bytes:
        raise Refused(
            f"Your plan allows {units.size(allowance.stored_bytes)} in all workspaces, and this would make "
            f"{units.size(stored_bytes)}. Delete files, shares, or a workspace whose programs left much.",
            "stored_bytes",
            allowance.stored_bytes,
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _are(number: int) -> str:
    return f"{number} is" if number == 1 else f"{number} are"

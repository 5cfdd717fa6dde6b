"""Programs that mean harm while they run: each ends as it should, and nobody else feels it."""

from typing import Any

import pytest

from sandbox.limits import MIB
from tests.attacks.case import PROGRAMS, Ground, files

pytestmark = pytest.mark.engine

SHORT, PATIENT = 15.0, 50.0  # seconds, with what GHC takes on a busy machine
MODES = ("interpret", "compile")

ENDLESS = ("busy-loop", "sleep-forever", "ignore-signals")
GREEDY = ("heap-bomb", "ffi-malloc-bomb")
FLOODS = ("stdout-flood", "stderr-flood")
FINE = {  # what they print: a limit refused what they tried, or it was none of anybody's business
    "fork-bomb": "refused: forkProcess\n",
    "thread-bomb": "refused\n",
    "setsid-escape": "left behind\n",
    "fd-exhaust": "refused\n",
    "tmpfs-fill": "full\n",
    "inode-bomb": "full\n",
    "dev-probe": "refused\n" * 9,
    "proc-probe": "refused\n" * 9,
    "docker-sock-hunt": "nothing\n" * 5 + "\n",
    "net-scan": "refused\n" * 8,
    "tty-abuse": "\x1b]52;c;c3RvbGVu\a\x1b]0;title\a\x1b[2J<script>alert(1)</script>\n",
    "slow-drip": "abcdefghijklmnopqrst\n",
    "late-output": "x" * (MIB - 1) + "\n",
}
OTHERS = {
    *("core-dump", "agent-killed", "agent-impersonated", "binary-stdout", "exit-codes", "stdin-abuse"),
    "syscalls",
}
EXITS = {"0": 0, "1": 1, "124": 124, "137": 137, "255": 255}


async def attack(
    ground: Ground, name: str, mode: str = "interpret", wall_seconds: float = PATIENT, **more: Any
) -> dict[str, Any]:
    return await ground.attack(files("run", name), mode=mode, wall_seconds=wall_seconds, **more)


def end(answer: dict[str, Any]) -> tuple[str, str]:
    return answer["outcome"], answer["phase"]


def test_every_program_is_tried() -> None:
    there = {each.stem for each in (PROGRAMS / "run").iterdir()}
    assert there == {*ENDLESS, *GREEDY, *FLOODS, *FINE, *OTHERS}


@pytest.mark.parametrize(
    ("name", "mode"), [*((name, "interpret") for name in ENDLESS), ("busy-loop", "compile")]
)
async def test_what_never_ends_times_out(ground: Ground, name: str, mode: str) -> None:
    assert end(await attack(ground, name, mode, SHORT)) == ("timed_out", "run")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", GREEDY)
async def test_what_takes_all_memory_is_told_so(ground: Ground, name: str, mode: str) -> None:
    assert end(await attack(ground, name, mode)) == ("out_of_memory", "run")


@pytest.mark.parametrize("name", FLOODS)
async def test_what_prints_without_end_meets_its_limit(ground: Ground, name: str) -> None:
    answer = await attack(ground, name, "compile")
    assert end(answer) == ("output_limit", "run")
    assert len(answer["stdout"]) + len(answer["stderr"]) < 16 * MIB


@pytest.mark.parametrize("name", FINE)
async def test_what_is_refused_to_a_program_is_its_own_affair(ground: Ground, name: str) -> None:
    answer = await attack(ground, name)
    assert (*end(answer), answer["exitCode"]) == ("exited", "run", 0), answer["stderr"]
    assert answer["stdout"] == FINE[name]


async def test_syscalls(ground: Ground) -> None:
    """The doors between containers, and those into the kernel's less used rooms, are shut."""
    answer = await attack(ground, "syscalls")
    lines = answer["stdout"].splitlines()
    assert len(lines) == 13
    assert [line for line in lines if not line.endswith(" refused")] == []


@pytest.mark.parametrize("mode", MODES)
async def test_core_dump(ground: Ground, mode: str) -> None:
    answer = await attack(ground, "core-dump", mode)
    assert (*end(answer), answer["signal"]) == ("signalled", "run", "SIGSEGV")


@pytest.mark.parametrize("mode", MODES)
async def test_agent_killed(ground: Ground, mode: str) -> None:
    """Who kills the agent ends their own session, and is told so."""
    assert (await attack(ground, "agent-killed", mode))["outcome"] == "host_lost"


@pytest.mark.parametrize("mode", MODES)
async def test_agent_impersonated(ground: Ground, mode: str) -> None:
    """Words that a program slips to the agent are no frames of the agent's."""
    answer = await attack(ground, "agent-impersonated", mode)
    assert answer["outcome"] in ("exited", "host_lost")
    if answer["outcome"] == "exited":
        assert answer["exitCode"] == 0
        assert answer["stdout"].endswith("the program's own\n")


async def test_binary_stdout(ground: Ground) -> None:
    answer = await attack(ground, "binary-stdout")
    assert end(answer) == ("exited", "run")
    assert "\ufffd" in answer["stdout"]
    assert "0123456789" in answer["stdout"]


@pytest.mark.parametrize("code", EXITS)
async def test_exit_codes_are_no_limits(ground: Ground, code: str) -> None:
    answer = await attack(ground, "exit-codes", args=[code])
    assert (*end(answer), answer["exitCode"], answer["signal"]) == ("exited", "run", EXITS[code], None)


async def test_a_program_that_kills_itself_ran_out_of_nothing(ground: Ground) -> None:
    answer = await attack(ground, "exit-codes", "compile", args=["kill"])
    assert (*end(answer), answer["signal"]) == ("signalled", "run", "SIGKILL")


@pytest.mark.parametrize("mode", MODES)
async def test_rts_args_are_the_programs_own(ground: Ground, mode: str) -> None:
    asked = ["+RTS", "-M1", "-RTS", "--RTS", "@file", "-o"]
    answer = await attack(ground, "exit-codes", mode, args=asked)
    assert answer["stdout"].splitlines() == asked


async def test_stdin_abuse(ground: Ground) -> None:
    answer = await attack(ground, "stdin-abuse", stdin="first\n" + "x" * 60_000)
    assert answer["stdout"].splitlines() == ["(5,60000)", "closed"]

"""Sources that mean harm while GHC compiles them: compiling is running, and GHC is in the sandbox, too."""

from typing import Any

import pytest

from tests.attacks.case import PROGRAMS, Ground, files

pytestmark = pytest.mark.engine

SHORT, PATIENT = 10.0, 50.0
MODES = ("interpret", "compile")

ENDLESS = ("th-infinite-loop", "th-output-flood")
# Which limit bites first hangs on the machine.
HUGE = ("type-bomb", "tyfam-loop", "instance-loop")
FINE = {  # what they print: what was forged, injected or put in the way had no effect
    "optl-inject": "fine\n",
    "dot-ghci": "fine\n",
    "ghc-environment-file": "fine\n",
    "response-file-name": "fine\n",
    "setup-hs": "fine\n",
    "pgmc": "fine\n",
    "pgml": "fine\n",
    "pgmi": "fine\n",
    "pgmF-script": "10000 sandbox\n",  # it ran, as the program does: in the sandbox
    "th-daemon": "left behind\n",
    "th-connect": "refused\n" * 6,
    "th-shell": "uid=10000(sandbox) gid=10000(sandbox) groups=10000(sandbox)\nsandbox\ntini\n",
}
FAILS = {  # and the words that say why
    "pgmP": "C pre-processor",
    "pgma": "Assembler",
    "cpp-include-etc": "Permission denied",
    "cpp-self-include": "#include nested depth",
    "plugin-local": "",
    "dump-everywhere": "Read-only file system",
    "rts-flags-to-ghc": "Unknown flag in",
    "main-missing": "is not defined in module",
}
OTHERS = {
    *("th-read-passwd", "th-forkbomb", "th-memory", "th-kill-parent", "th-forge-protocol", "th-embed-proc"),
    *("cpp-dev-zero", "huge-literal"),
}
LAYOUT_BOMB = "main :: IO ()\nmain = " + "do " * 100_000 + "pure ()\n"


async def attack(
    ground: Ground, name: str, mode: str = "compile", wall_seconds: float = PATIENT
) -> dict[str, Any]:
    return await ground.attack(files("compile", name), mode=mode, wall_seconds=wall_seconds)


def words(answer: dict[str, Any]) -> str:
    return "\n".join(each["message"] for each in answer["diagnostics"]) + (answer["reason"] or "")


def test_every_program_is_tried() -> None:
    there = {each.stem for each in (PROGRAMS / "compile").iterdir()}
    assert there == {*ENDLESS, *HUGE, *FINE, *FAILS, *OTHERS}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ENDLESS)
async def test_what_never_ends_times_out(ground: Ground, name: str, mode: str) -> None:
    answer = await attack(ground, name, mode, SHORT)
    assert (answer["outcome"], answer["phase"]) == ("timed_out", "compile")


@pytest.mark.parametrize("name", HUGE)
async def test_what_is_too_much_for_the_type_checker_ends_at_a_limit(ground: Ground, name: str) -> None:
    answer = await attack(ground, name, wall_seconds=SHORT)
    if answer["outcome"] != "exited":
        assert (answer["outcome"], answer["phase"]) in {
            ("timed_out", "compile"),
            ("out_of_memory", "compile"),
        }


@pytest.mark.parametrize("name", FINE)
async def test_what_changes_nothing_compiles(ground: Ground, name: str) -> None:
    answer = await attack(ground, name)
    assert (answer["outcome"], answer["exitCode"], answer["stdout"]) == ("exited", 0, FINE[name])


@pytest.mark.parametrize("name", FAILS)
async def test_what_ghc_refuses_is_told_in_its_words(ground: Ground, name: str) -> None:
    answer = await attack(ground, name)
    assert (answer["outcome"], answer["phase"]) == ("compile_failed", "compile")
    assert FAILS[name] in words(answer)


@pytest.mark.parametrize("mode", MODES)
async def test_th_memory(ground: Ground, mode: str) -> None:
    answer = await attack(ground, "th-memory", mode)
    assert (answer["outcome"], answer["phase"]) == ("out_of_memory", "compile")


async def test_cpp_dev_zero(ground: Ground) -> None:
    answer = await attack(ground, "cpp-dev-zero")
    assert (answer["outcome"], answer["phase"]) == ("out_of_memory", "compile")


@pytest.mark.parametrize("mode", MODES)
async def test_th_forkbomb(ground: Ground, mode: str) -> None:
    answer = await attack(ground, "th-forkbomb", mode, SHORT)
    if answer["outcome"] == "compile_failed":  # GHC itself found no process left for it
        assert "Resource temporarily unavailable" in words(answer)
    else:
        assert (answer["outcome"], answer["phase"]) == ("timed_out", "compile")


@pytest.mark.parametrize("mode", MODES)
async def test_th_kill_parent(ground: Ground, mode: str) -> None:
    """Who kills the agent ends their own session, and is told so."""
    assert (await attack(ground, "th-kill-parent", mode))["outcome"] == "host_lost"


async def test_th_read_passwd(ground: Ground) -> None:
    """The container's accounts, none of the machine's."""
    answer = await attack(ground, "th-read-passwd")
    assert "sandbox:x:10000" in answer["stdout"]


async def test_th_embed_proc(ground: Ground) -> None:
    """No secret of the service is in any environment."""
    printed = (await attack(ground, "th-embed-proc"))["stdout"]
    assert "PATH=" in printed
    for secret in ("SECRET_KEY", "REDIS", "DATABASE", "PASSWORD", "TOKEN", "/home/", "docker.sock"):
        assert secret not in printed


@pytest.mark.parametrize("mode", MODES)
async def test_th_forge_protocol(ground: Ground, mode: str) -> None:
    """The agent's frames are not the compiler's to say; messages of GHC's that it forges are its own."""
    answer = await attack(ground, "th-forge-protocol", mode)
    assert answer["outcome"] in ("exited", "compile_failed")
    if answer["outcome"] == "exited":
        assert answer["stdout"] == "the program's own\n"
    else:
        assert "forged" in words(answer)


async def test_huge_literal(ground: Ground) -> None:
    """GHC may manage it."""
    answer = await attack(ground, "huge-literal")
    if answer["outcome"] == "exited":
        assert answer["stdout"] == "5000000\n"
    else:
        assert (answer["outcome"], answer["phase"]) in {
            ("timed_out", "compile"),
            ("out_of_memory", "compile"),
        }


@pytest.mark.parametrize("mode", MODES)
async def test_layout_bomb(ground: Ground, mode: str) -> None:
    """A hundred thousand blocks, each in the one before: a quick machine's GHC may manage them."""
    answer = await ground.attack({"Main.hs": LAYOUT_BOMB}, mode=mode, wall_seconds=SHORT)
    if answer["outcome"] != "exited":
        assert (answer["outcome"], answer["phase"]) in {
            ("timed_out", "compile"),
            ("out_of_memory", "compile"),
        }

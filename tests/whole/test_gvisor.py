"""A host whose sandboxes have a kernel of their own: it is tested like any other, and runs Haskell."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.pool import selftest
from tests.pool.beside import another_machine, host_of, until_warm
from tests.pool.machine import Machine, obstacle
from tests.sandbox.careless import Careless, without
from tests.stack import Stack
from tests.wire import Window

pytestmark = [pytest.mark.pool, pytest.mark.engine]

FETCHED = Path(__file__).parents[2] / "build" / "gvisor" / "runsc"
KERNEL = """import System.Process (readProcess)

main :: IO ()
main = do
  readFile "/proc/version" >>= putStr
  readProcess "dmesg" [] "" >>= putStr
"""


@pytest.fixture(scope="module")
def gvisor(stack: Stack) -> Iterator[Machine]:
    """A second machine in the pool, tested, which takes all sessions, under gVisor."""
    program = FETCHED if FETCHED.exists() else shutil.which("runsc")
    if why := obstacle():
        pytest.skip(f"no machines of their own: {why}")
    if program is None:
        pytest.skip("no gVisor: build/logs/gvisor.log says why `make test` could not fetch it")
    with another_machine(stack, runsc=Path(program)) as machine:
        asyncio.run(until_warm(stack, machine.name))
        stack.manage("hosts", "cordon", "local")
        yield machine
        stack.delete_workspaces()
        stack.manage("hosts", "uncordon", "local")


@pytest.mark.parametrize("mode", ["interpret", "compile"])
def test_what_runs_there_is_served_by_gvisors_kernel(
    stack: Stack, token: str, gvisor: Machine, mode: str
) -> None:
    answer = stack.call(token, "POST", "/run", json={"files": {"Main.hs": KERNEL}, "mode": mode})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["outcome"], answer.json()["stderr"]) == ("exited", ""), answer.text
    version, *messages = answer.json()["stdout"].splitlines()
    assert version != Path("/proc/version").read_text().rstrip()
    assert "Starting gVisor..." in " ".join(messages)


async def test_a_session_there_is_checked_run_and_fed(stack: Stack, token: str, gvisor: Machine) -> None:
    text = "main :: IO ()\nmain = getLine >>= putStrLn . reverse\n"
    workspace = stack.workspace(token, {"Main.hs": text})
    async with Window.open(stack.url, workspace, token) as window:
        await window.ready()
        assert host_of(stack, workspace) == gvisor.name
        await window.initialize()
        await window.did_open("Main.hs", text)
        version = await window.did_change("Main.hs", text + "wrong = ()")
        assert "GHC-38417" in [one["code"] for one in await window.diagnostics("Main.hs", version)]
        run = await window.start()
        await window.request("run/input", {"runId": run.id, "text": "abc\n"})
        assert (await window.ended(run))["outcome"] == "exited"
        assert run.text["stdout"] == "cba\n"


def test_all_limits_bite_there_or_end_the_container(
    gvisor: Machine, toolchain: str, installation: str
) -> None:
    host = Careless(installation, gvisor.entry)

    def missing() -> list[str]:
        return selftest.check(
            host, image=toolchain, runtime="runsc", installation=installation, cgroup_parent=""
        )

    try:
        assert missing() == []
        host.change = without("Memory", "MemorySwap", "MemorySwappiness", "PidsLimit")
        assert {"memory", "pids"} <= set(missing())
        assert host.containers() == []
    finally:
        host.close()

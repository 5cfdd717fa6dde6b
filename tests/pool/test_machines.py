"""The machines of these tests are apart, limited, cut and healed, and nothing stays of them."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine.docker_host import DockerHost
from sandbox.exceptions import HostError
from tests.pool.machine import Machine
from tests.pool.slots import LINKS, NAMESPACES, PREFIX, Slot, groups

pytestmark = [pytest.mark.pool, pytest.mark.engine]


def test_each_is_an_engine_of_its_own_over_tls(machines: list[Machine], small: str) -> None:
    facts = []
    for machine in machines:
        host = DockerHost(machine.entry, "test")
        assert small in host.digests()
        facts.append(host.machine())
        host.close()
    assert len({fact.start for fact in facts}) == len(machines)


def test_all_containers_of_a_machine_share_its_memory(machines: list[Machine], small: str) -> None:
    hog = "b = []\nfor n in range(60): b.append(b'x' * 50_000_000); print(n)"
    with machines[0].engine() as client:
        container = client.containers.run(
            small, ["python3", "-uc", hog], entrypoint="", detach=True, network_mode="none"
        )
        assert container.wait(timeout=60)["StatusCode"] == 137
        said = len(container.logs().split())
    assert 0 < said * 50_000_000 < machines[0].memory_bytes


def test_a_cable_that_is_out_is_not_heard_and_heals(machines: list[Machine]) -> None:
    host = DockerHost(machines[1].entry, "test")
    host.machine()
    machines[1].cut()
    with pytest.raises(HostError):
        host.attach("x")
    machines[1].heal()
    assert host.machine().cpus > 0
    host.close()


def test_what_a_killed_run_left_is_removed(slot_root: Path, tmp_path: Path) -> None:
    """As the next run does before it begins."""
    program = f"""
import subprocess, sys, time
from pathlib import Path
from tests.pool.certificates import Authority
from tests.pool.machine import Machine
from tests.pool.slots import held_slot
with held_slot(Path({str(slot_root)!r})) as slot:
    one = Machine(slot, 0, Authority(slot.folder / "authority"), memory_bytes=2**29, cpus=0.5)
    one.prepare()
    one.start()
    inside = ["nsenter", f"--net=/run/netns/{{one.name}}"]
    shim = subprocess.Popen([*inside, "sleep", "600"], start_new_session=True)
    print(slot.number, one.pid, shim.pid, flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        number, *pids = map(int, run.stdout.readline().split())
        run.kill()
    name = f"{PREFIX}-{number}-0"
    assert groups(name)
    assert (NAMESPACES / name).exists()
    with (slot_root / f"{number}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Slot(slot_root, number).clear()
    assert not groups(name)
    assert not (NAMESPACES / name).exists()
    assert not (slot_root / str(number)).exists()
    assert not (LINKS / name.replace("-", "")).exists()
    for pid in pids:
        assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text()

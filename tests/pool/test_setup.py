"""What `deploy/` makes for a host: certificates that an engine and our client take, and settings."""

import json
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from sandbox.engine.docker_host import DockerHost
from tests.pool.machine import GVISOR_OPTIONS, PORT, Machine
from tests.pool.slots import command

pytestmark = [pytest.mark.pool, pytest.mark.engine]

DEPLOY = Path(__file__).parents[2] / "deploy"


def script(name: str, *arguments: str, cwd: Path, **environment: str) -> None:
    done = subprocess.run(
        [DEPLOY / name, *arguments],
        cwd=cwd,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_certificates_of_the_script_serve_an_engine(machines: list[Machine], tmp_path: Path) -> None:
    machine = machines[2]
    made = machine.certificates, machine.credentials
    script("host-certificates.sh", "vm1", machine.address, cwd=tmp_path, SERVICE_UID="0")
    machine.end()
    machine.certificates = tmp_path / "secrets/engines/vm1"
    machine.credentials = tmp_path / "secrets/hosts/vm1"
    try:
        machine.start()
        host = DockerHost(machine.entry, "test")
        assert host.machine().cpus >= 1
        host.close()
    finally:
        machine.end()
        machine.certificates, machine.credentials = made
    for file in (tmp_path / "secrets").rglob("*.pem"):
        assert file.stat().st_mode & 0o077 == 0


def test_certificates_hold_since_yesterday_for_machines_whose_clock_is_behind(tmp_path: Path) -> None:
    script("host-certificates.sh", "vm1", "10.0.0.5", cwd=tmp_path, SERVICE_UID="0")
    for made in ("ca/ca.pem", "hosts/vm1/cert.pem", "engines/vm1/cert.pem"):
        said = command("openssl", "x509", "-noout", "-startdate", "-in", str(tmp_path / "secrets" / made))
        since = ssl.cert_time_to_seconds(said.strip().removeprefix("notBefore="))
        assert 86_300 < time.time() - since < 86_500


def test_the_set_up_caps_all_sandboxes_and_lets_only_the_service_in(tmp_path: Path) -> None:
    script("host-certificates.sh", "vm1", "10.0.0.5", cwd=tmp_path, SERVICE_UID="0")
    root = tmp_path / "root"
    script("host-setup.sh", "10.0.0.5", "secrets/engines/vm1", "10.0.0.2", cwd=tmp_path, ROOT=str(root))
    settings = json.loads((root / "etc/docker/daemon.json").read_text())
    assert settings["hosts"] == ["unix:///run/docker.sock", f"tcp://10.0.0.5:{PORT}"]
    assert settings["tlsverify"] is True
    assert settings["runtimes"] == {}
    group = (root / "etc/systemd/system" / settings["cgroup-parent"]).read_text()
    assert "MemoryMax=" in group
    assert "CPUQuota=" in group
    assert "tcp dport 2376 ip saddr != 10.0.0.2 drop" in (root / "etc/nftables.d/pool.nft").read_text()


def test_the_set_up_writes_again_only_what_changed(tmp_path: Path) -> None:
    script("host-certificates.sh", "vm1", "10.0.0.5", cwd=tmp_path, SERVICE_UID="0")
    root, arguments = tmp_path / "root", ("10.0.0.5", "secrets/engines/vm1", "10.0.0.2")

    def written(**more: str) -> dict[str, int]:
        script("host-setup.sh", *arguments, cwd=tmp_path, ROOT=str(root), **more)
        files = [
            file for file in root.rglob("*") if file.is_file() and file.name not in ("pool.nft", "restart")
        ]
        return {file.name: file.stat().st_ino for file in files}

    first = written()
    assert {"daemon.json", "key.pem", "sandboxes.slice", "pool.conf"} <= first.keys()
    assert not [name for name in first if name.endswith(".new")]
    assert (root / "etc/docker/pool/key.pem").stat().st_mode & 0o077 == 0
    note = root / "etc/docker/pool/restart"
    assert note.exists(), "the engine is to read it"
    note.unlink()
    assert written() == first
    assert not note.exists()
    again = written(RESERVE_CPU_PERCENT="40")
    assert {name for name in first if again[name] != first[name]} == {"sandboxes.slice"}
    assert note.exists()


def test_the_set_up_names_gvisor_to_the_engine_as_the_tests_do_where_it_is_wanted(tmp_path: Path) -> None:
    script("host-certificates.sh", "vm1", "10.0.0.5", cwd=tmp_path, SERVICE_UID="0")
    root = tmp_path / "root"
    arguments = ("10.0.0.5", "secrets/engines/vm1", "10.0.0.2")
    script("host-setup.sh", *arguments, cwd=tmp_path, ROOT=str(root), GVISOR="1")
    (runtime,) = json.loads((root / "etc/docker/daemon.json").read_text())["runtimes"].values()
    assert runtime == {"path": "/usr/bin/runsc", "runtimeArgs": GVISOR_OPTIONS}

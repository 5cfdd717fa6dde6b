"""A "machine" of a test: an engine in a network namespace and control group of its own, spoken to over TLS.

test ── veth ──┤ namespace: dockerd :2376 ├── its own data, containers under its own control group
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import docker
import requests
from docker.errors import APIError, DockerException, NotFound
from docker.models.containers import Container
from docker.tls import TLSConfig

from sandbox.messages import HostEntry
from tests.pool.certificates import Authority
from tests.pool.slots import GROUPS, Slot, command

PORT = 2376
CONFLICT = 409  # it is being removed already
START_SECONDS = 40.0
PERIOD_US = 100_000
GVISOR_OPTIONS = ["--platform=systrap", "--network=none"]
_UNIFIED = (GROUPS / "cgroup.controllers").exists()


class Machine:
    """Up after `start`; its network can be cut, its engine paused, ended or killed."""

    def __init__(
        self,
        slot: Slot,
        number: int,
        authority: Authority,
        *,
        memory_bytes: int,
        cpus: float,
        runsc: Path | None = None,
    ) -> None:
        self.name = slot.name(number)
        self._runsc = runsc
        self.memory_bytes, self.cpus = memory_bytes, cpus
        self.folder = slot.folder / self.name
        self.address = f"10.213.{slot.number}.{4 * number + 2}"
        self.gateway = f"10.213.{slot.number}.{4 * number + 1}"
        self._link = self.name.replace("-", "")  # at most 15 characters
        self._inside = f"{self._link}i"
        self._process: subprocess.Popen[bytes] | None = None
        self._authority = authority
        self.certificates = authority.server(self.folder / "server", self.address)
        self.credentials = authority.client(self.folder / "client")

    # --- what tests say -------------------------------------------------------------------------------

    @property
    def entry(self) -> HostEntry:
        """As the pool knows it: under gVisor, if it was given that."""
        runtime: Literal["runc", "runsc"] = "runsc" if self._runsc else "runc"
        return HostEntry(self.name, f"tcp://{self.address}:{PORT}", str(self.credentials), runtime)

    @property
    def data(self) -> Path:
        """What its engine keeps."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def client_certificate(self, folder: Path, *, days: int) -> Path:
        """One more for those who may speak to it."""
        return self._authority.client(folder, days=days)

    @contextlib.contextmanager
    def engine(self) -> Iterator[docker.DockerClient]:
        """Its engine, past our own code."""
        pair = (str(self.credentials / "cert.pem"), str(self.credentials / "key.pem"))
        tls = TLSConfig(client_cert=pair, ca_cert=str(self.credentials / "ca.pem"), verify=True)
        client = docker.DockerClient(base_url=self.entry.address, tls=tls, timeout=60, version="1.41")
        client.api.trust_env = False
        with contextlib.closing(client):
            yield client

    def cut(self) -> None:
        """Its cable is out."""
        command("ip", "-n", self.name, "link", "set", self._inside, "down")

    def heal(self) -> None:
        command("ip", "-n", self.name, "link", "set", self._inside, "up")

    def pause(self) -> None:
        """Its engine accepts and never answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Its engine dies; its containers may live on."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def end(self) -> None:
        """Its engine ends in peace, its containers with it."""
        if not self.is_up:
            return
        self.resume()
        os.kill(self.pid, signal.SIGTERM)
        self.wait()

    def wait(self) -> None:
        assert self._process
        self._process.wait(30)

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def mend(self) -> None:
        """Undo all of that."""
        self.heal()
        if self.is_up:
            self.resume()
        else:
            self.start()

    def load(self, archive: bytes) -> None:
        """Give it an image."""
        with self.engine() as client:
            client.images.load(archive)

    def has(self, image: str) -> bool:
        with self.engine() as client:
            return image in [one.id for one in client.images.list()]

    def clear(self) -> None:
        """Remove its containers."""
        with self.engine() as client:
            for container in client.containers.list(all=True, ignore_removed=True):
                _remove(container)

    @contextlib.contextmanager
    def small_disk(self, size: int) -> Iterator[Path]:
        """Its engine on a disk of so many bytes, without any image; the folder on it."""
        self.end()
        command("mount", "-t", "tmpfs", "-o", f"size={size}", "pool-test", str(self.data))
        try:
            self.start()
            yield self.data
        finally:
            self.end()
            command("umount", "--recursive", str(self.data))
            self.start()

    # --- up -------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Its network, its share of this machine, and a place for what it keeps."""
        self.data.mkdir(parents=True, exist_ok=True)
        self._make_network()
        self._make_group()

    def start(self, *, wait: bool = True) -> None:
        """Start its engine. One that was killed left the numbers of processes that others may have by now."""
        for left in ("docker.pid", "exec/containerd/containerd.pid"):
            (self.folder / left).unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log, start_new_session=True)
        if wait:
            self.await_answer()

    def await_answer(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.is_up, f"{self.name} ended: {self.log()}"
            assert time.monotonic() < until, f"{self.name} did not come up: {self.log()}"
            time.sleep(0.1)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def _answers(self) -> bool:
        try:
            with self.engine() as client:
                return bool(client.ping())
        except (DockerException, requests.RequestException):
            return False

    def _command(self) -> list[str]:
        files = {"tlscacert": "ca.pem", "tlscert": "cert.pem", "tlskey": "key.pem"}
        return [
            "nsenter",
            f"--net=/run/netns/{self.name}",
            "dockerd",
            f"--data-root={self.data}",
            f"--exec-root={self.folder / 'exec'}",
            f"--pidfile={self.folder / 'docker.pid'}",
            f"--host=unix://{self.folder / 'docker.sock'}",
            f"--host=tcp://{self.address}:{PORT}",
            f"--config-file={self._settings()}",
            "--tlsverify",
            *(f"--{option}={self.certificates / file}" for option, file in files.items()),
            "--exec-opt=native.cgroupdriver=cgroupfs",
            f"--cgroup-parent=/{self.name}",
            "--iptables=false",
            "--ip-masq=false",
            "--storage-driver=overlay2",
        ]

    def _settings(self) -> Path:
        """Its own, and with them its own identity: engines before 24 keep theirs in a file of the machine."""
        version = re.search(r"version (\d+)", command("dockerd", "--version"))
        old = version and int(version[1]) < 24
        settings: dict[str, Any] = {"deprecated-key-path": str(self.folder / "key.json")} if old else {}
        settings["insecure-registries"] = [f"{self.gateway}/32"]  # a test's, on this machine
        if self._runsc:
            settings["runtimes"] = {"runsc": {"path": str(self._runsc), "runtimeArgs": GVISOR_OPTIONS}}
        file = self.folder / "daemon.json"
        file.write_text(json.dumps(settings))
        return file

    def _make_network(self) -> None:
        command("ip", "netns", "add", self.name)
        command(
            "ip", "link", "add", self._link, "type", "veth", "peer", "name", self._inside, "netns", self.name
        )
        command("ip", "address", "add", f"{self.gateway}/30", "dev", self._link)
        command("ip", "link", "set", self._link, "up")
        command("ip", "-n", self.name, "address", "add", f"{self.address}/30", "dev", self._inside)
        command("ip", "-n", self.name, "link", "set", self._inside, "up")
        command("ip", "-n", self.name, "link", "set", "lo", "up")

    def _make_group(self) -> None:
        """Everything that its engine runs has so much memory and CPU together."""
        quota = str(int(self.cpus * PERIOD_US))
        if _UNIFIED:
            group = GROUPS / self.name
            group.mkdir()
            (group / "memory.max").write_text(str(self.memory_bytes))
            (group / "cpu.max").write_text(f"{quota} {PERIOD_US}")
            return
        for controller in ("memory", "cpu,cpuacct", "cpu", "cpuacct", "pids"):
            if (GROUPS / controller).exists():
                (GROUPS / controller / self.name).mkdir(exist_ok=True)
        (GROUPS / "memory" / self.name / "memory.use_hierarchy").write_text("1")
        (GROUPS / "memory" / self.name / "memory.limit_in_bytes").write_text(str(self.memory_bytes))
        (GROUPS / "cpu" / self.name / "cpu.cfs_period_us").write_text(str(PERIOD_US))
        (GROUPS / "cpu" / self.name / "cpu.cfs_quota_us").write_text(quota)


def obstacle() -> str:
    """Why there can be no such machines here; empty: there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for words in (
        ["unshare", "--net", "true"],
        ["nsenter", "--version"],
        ["ip", "-V"],
        ["dockerd", "--version"],
    ):
        try:
            done = subprocess.run(words, capture_output=True, text=True)
        except FileNotFoundError:
            return f"{words[0]} is not installed"
        if done.returncode:
            return f"{' '.join(words)}: {done.stderr.strip()}"
    return ""


def _remove(container: Container) -> None:
    try:
        container.remove(force=True)
    except NotFound:
        pass
    except APIError as error:
        if error.status_code != CONFLICT:
            raise

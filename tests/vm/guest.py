"""A virtual machine of a test: Debian under emulation, with systemd and control groups of version 2.

system.tar, images ──► tree ──► disk ──► QEMU ──┤ guest: sshd, dockerd │
                        this machine's loopback ──► two ports of the guest

Everything in it is 10 to 30 times slower than here.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from sandbox.limits import GIB
from sandbox.messages import HostEntry
from tests.conftest import free_ports
from tests.pool.lending import lend
from tests.pool.slots import unmount

SYSTEM = Path(__file__).parents[2] / "build" / "vm" / "system.tar"
PROGRAMS = ("qemu-system-x86_64", "mkfs.ext4", "ssh", "ssh-keygen", "scp", "openssl")
NAME = "vm1"
ADDRESS, GATEWAY = "10.0.2.15", "10.0.2.2"  # QEMU's own; who comes in by a port comes from its gateway
DISK_BYTES = 24 * GIB  # takes as much room as is written
BOOT_SECONDS = 300.0
COMMAND_SECONDS = 600.0
NETWORK = f"""[Match]
Name=eth0
[Network]
Address={ADDRESS}/24
Gateway={GATEWAY}
DNS=10.0.2.3
"""


class Guest:
    """Up after `start`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ssh_port, self._engine_port = free_ports(2)
        self._process: subprocess.Popen[bytes] | None = None
        self._disk, self._key, self._tree = folder / "disk", folder / "key", folder / "tree"

    def entry(self, credentials: Path) -> HostEntry:
        """As the pool knows it."""
        return HostEntry(NAME, f"tcp://127.0.0.1:{self._engine_port}", str(credentials))

    def run(self, command: str) -> str:
        """What a command prints, which root gives there; its failure is the test's."""
        return _done(["ssh", *self._options("-p"), "root@127.0.0.1", command])

    def send(self, *files: Path) -> None:
        """Into root's home."""
        _done(["scp", *self._options("-P"), "-rq", *map(str, files), "root@127.0.0.1:"])

    def _options(self, port: str) -> list[str]:
        said = (
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "ConnectTimeout=10",
        )
        options = [word for one in said for word in ("-o", one)]
        return [*options, "-o", "BatchMode=yes", "-i", str(self._key), port, str(self._ssh_port)]

    # --- up -------------------------------------------------------------------------------------------

    def prepare(self, engine_root: Path, images: Sequence[str]) -> bool:
        """Its disk, with images of the engine with this root; False: that keeps them otherwise."""
        self._tree.mkdir()
        _done(["tar", "-xpf", str(SYSTEM), "--numeric-owner", "-C", str(self._tree)])
        self._settle()
        docker = self._tree / "var/lib/docker"
        docker.mkdir(exist_ok=True)
        try:
            if not lend(engine_root, docker, images):
                return False
            with self._disk.open("wb") as disk:
                disk.truncate(DISK_BYTES)
            _done(["mkfs.ext4", "-q", "-F", "-L", "root", "-d", str(self._tree), str(self._disk)])
        finally:
            unmount(self._tree)
        for file in ("vmlinuz", "initrd.img"):
            (found,) = (self._tree / "boot").glob(f"{file}-*")
            shutil.copy(found, self._folder / file)
        shutil.rmtree(self._tree)
        return True

    def _settle(self) -> None:
        """What an installation asks for."""
        etc = self._tree / "etc"
        (etc / "hostname").write_text(f"{NAME}\n")
        (etc / "hosts").write_text(f"127.0.0.1 localhost {NAME}\n")
        (etc / "fstab").write_text("LABEL=root / ext4 defaults 0 1\n")
        (etc / "resolv.conf").unlink(missing_ok=True)
        (etc / "resolv.conf").write_text("nameserver 10.0.2.3\n")
        (etc / "systemd/network/10.network").write_text(NETWORK)
        wanted = etc / "systemd/system/multi-user.target.wants/systemd-networkd.service"
        wanted.symlink_to("/usr/lib/systemd/system/systemd-networkd.service")
        _done(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._key)])
        keys = self._tree / "root/.ssh"
        keys.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(self._key.with_name("key.pub"), keys / "authorized_keys")

    def start(self) -> None:
        """Until it can be logged in to."""
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        until = time.monotonic() + BOOT_SECONDS
        while True:
            assert self._process.poll() is None, f"it ended: {self.log()}"
            try:
                self.run("true")
                return
            except AssertionError:
                assert time.monotonic() < until, f"it did not come up: {self.log()}"
                time.sleep(1)

    def end(self) -> None:
        """As if its plug were pulled; its disk goes with it."""
        if self._process:
            self._process.kill()
            self._process.wait(30)
        self._disk.unlink(missing_ok=True)

    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")[-3000:]

    def _command(self) -> list[str]:
        ports = {self._ssh_port: 22, self._engine_port: 2376}
        forwards = [f"hostfwd=tcp:127.0.0.1:{ours}-:{theirs}" for ours, theirs in ports.items()]
        return [
            "qemu-system-x86_64",
            *("-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "5G"),
            *("-kernel", str(self._folder / "vmlinuz"), "-initrd", str(self._folder / "initrd.img")),
            *("-append", "root=/dev/vda rw console=ttyS0 net.ifnames=0"),
            *("-drive", f"file={self._disk},format=raw,if=virtio,cache=unsafe"),
            *("-nic", ",".join(("user", "model=virtio-net-pci", *forwards))),
            *("-device", "virtio-rng-pci", "-display", "none", "-serial", "stdio", "-no-reboot"),
        ]


def obstacle() -> str:
    """Why there can be no such machine here; empty: there can."""
    if os.geteuid() != 0:
        return "its disk can only be made by root"
    if lacking := [program for program in PROGRAMS if not shutil.which(program)]:
        return f"{', '.join(lacking)} is not installed"
    return "" if SYSTEM.exists() else f"`make test-vm` makes {SYSTEM.name} first"


def _done(words: list[str]) -> str:
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout[-1000:]} {done.stderr[-1000:]}"
    return done.stdout

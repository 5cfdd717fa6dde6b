"""What the machine itself must have: Debian packages, and root for installing them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from bootstrap.steps import Stop, run, step

NODE = (20, 19)
Needs = Mapping[str, tuple[str, ...]]
# A program, and the Debian packages that bring it.
ENGINE = {"dockerd": ("docker.io", "containerd", "runc", "iptables")}
SERVICES = {"redis-server": ("redis-server",)}
IMAGES = {"mmdebstrap": ("mmdebstrap",)}
BROWSER = {"chromium": ("chromium",)}
DATABASE = {"initdb": ("postgresql",)}
NETWORKS = {"ip": ("iproute2",), "nsenter": ("util-linux",), "openssl": ("openssl",)}
EMULATOR = {
    "qemu-system-x86_64": ("qemu-system-x86",),
    "mkfs.ext4": ("e2fsprogs",),
    "ssh": ("openssh-client",),
}
EDITOR = {"emacs": ("emacs-nox", "elpa-eglot", "elpa-haskell-mode")}
ELSEWHERE = ("/usr/sbin", "/sbin", "/usr/local/sbin")  # an ordinary user's PATH lacks these


def program(name: str) -> str | None:
    """Where a program is, in places off an ordinary user's PATH, too."""
    folders = [os.environ.get("PATH", ""), *ELSEWHERE, *map(str, postgres_folders())]
    return shutil.which(name, path=":".join(folders))


def postgres_folders() -> list[Path]:
    """Where Debian keeps PostgreSQL's server programs, newest first."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def missing(needs: Needs) -> list[str]:
    """The Debian packages that bring the programs that are not there."""
    lacking = [package for name, packages in needs.items() if not program(name) for package in packages]
    if not (find_spec("ensurepip") and find_spec("venv")):
        lacking.append(f"python3.{sys.version_info.minor}-venv")
    return lacking


def as_root() -> list[str] | None:
    """What to put before a command that needs root; None when there is no way."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    ask = ["sudo", "-v"] if sys.stdin.isatty() else ["sudo", "-n", "true"]
    return ["sudo", "-n"] if subprocess.call(ask, stderr=subprocess.DEVNULL) == 0 else None  # noqa: S603


def check_node() -> None:
    """Stop unless Node is new enough."""
    wanted = ".".join(map(str, NODE))
    if not (shutil.which("node") and shutil.which("npm")):
        raise Stop(f"Node {wanted} or newer with npm is needed: see https://nodejs.org/en/download.")
    said = subprocess.check_output(["node", "--version"], text=True).strip().lstrip("v")  # noqa: S607
    if tuple(map(int, said.split(".")[:2])) < NODE:
        raise Stop(f"Node {wanted} or newer is needed; this is {said}: see https://nodejs.org/en/download.")


def install(needs: Needs) -> None:
    """Install the Debian packages that are missing; stop with the exact command where that can't be done."""
    packages = missing(needs)
    if not packages:
        return
    _install(packages)
    still = missing(needs)
    if still:
        raise Stop(f"installed, but still not there: {' '.join(still)}")


def _install(packages: Iterable[str]) -> None:
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    before = as_root()
    if not shutil.which("apt-get"):
        raise Stop(
            f"This machine lacks programs that Debian calls: {' '.join(packages)}. Install them, then go on."
        )
    if before is None:
        raise Stop(f"Root is needed once. As root, run:\n\n    apt-get update && {' '.join(command)}\n")
    with step(f"Debian packages: {' '.join(packages)}"):
        quiet = [*before, "env", "DEBIAN_FRONTEND=noninteractive"]
        run([*quiet, "apt-get", "update"], "apt")
        run([*quiet, *command], "apt")

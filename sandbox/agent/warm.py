"""The warm GHCi: its command line, what it has loaded already, and the fork of a program out of it."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.agent.ghci import Ghci, GhciDied, MakeHear
from sandbox.agent.hints import WARNINGS
from sandbox.agent.places import LIB
from sandbox.agent.reaper import Ended, Reaper
from sandbox.agent.spawn import QUESTION_SOCKET, environment
from sandbox.agent.streams import Streams

HELPER = "SandboxAgentFork"
RTS = ("+RTS", "-I0", "-RTS")  # an idle collection would double what an idle session holds
INTERACTIVE = (
    "ghc",
    "--interactive",
    "-ignore-dot-ghci",
    "-package-env",
    "-",
    "-v1",
    "-fdiagnostics-color=never",
)
DEFERRING = ("-fdefer-type-errors", "-fdefer-out-of-scope-variables", "-fkeep-going", "-fno-it", "-Wwarn")
PLUGIN = "SandboxAgentLanguage"  # keeps what GHC found of each module, and answers questions about that
KEEPING = (
    "-plugin-package",
    "sandbox-agent-language",
    f"-fplugin={PLUGIN}",
    f"-fplugin-opt={PLUGIN}:{QUESTION_SOCKET}",
)
FORK_SECONDS = 10.0
PRELOAD = LIB / "Preload.hs"


@dataclass(frozen=True)
class Job:
    """How a program is started: `terminal` is its TERM; `by_line`: each line goes out as it is printed."""

    name: str
    args: Sequence[str]
    terminal: str | None
    by_line: bool


class NotRunnable(Exception):
    """GHCi refused to evaluate the program's `main`; says why."""


class Warm:
    """One GHCi and what it was last told."""

    def __init__(self, reaper: Reaper, work: Path, listen: Callable[[socket.socket], None]) -> None:
        self._reaper = reaper
        self._listen = listen
        self._work = work
        self.ghci = Ghci(reaper)
        self.options: list[str] = []
        self.roots: tuple[str, ...] = ()
        self.targets: list[str] = []
        self.loads = 0
        self.is_up = False

    async def start(self, options: Sequence[str]) -> None:
        """Bring GHCi up with these options of the workspace's, and the usual modules loaded."""
        self.options = list(options)
        own = [*INTERACTIVE, "-ddump-json", "-package-db", str(LIB / "db"), *KEEPING, *WARNINGS]
        argv = [*own, *options, *DEFERRING, *RTS]
        await self.ghci.start(argv, environment(self._work))
        if self.ghci.questions:
            self._listen(self.ghci.questions)
        if PRELOAD.exists():
            await self.ghci.command(f":load {PRELOAD}", 60)
            await self.ghci.command(f"{HELPER}.ready", 60)
        self.ghci.remember()
        self.is_up = True

    async def load(
        self,
        roots: tuple[str, ...],
        targets: list[str],
        timeout: float,
        hear: MakeHear | None = None,
    ) -> str:
        """Load exactly these files, compiling only what changed. `hear` is made for each command."""
        self.loads += 1
        said = ""
        if roots != self.roots:
            await self.ghci.command(":set -i" + ":".join(roots), timeout)
            self.roots = roots
        if not self.targets or not set(self.targets) & set(targets):
            self.targets = targets
            return await self.ghci.command(":load " + quoted(targets), timeout, hear)
        gone = [path for path in self.targets if path not in targets]
        new = [path for path in targets if path not in self.targets]
        self.targets = targets
        if gone:
            said += await self.ghci.command(":unadd " + quoted(gone), timeout, hear)
        if new:
            return said + await self.ghci.command(":add " + quoted(new), timeout, hear)
        return said + (await self.ghci.command(":reload", timeout, hear) if not gone else "")

    async def fork(self, action: str, job: Job, streams: Streams) -> tuple[int, asyncio.Future[Ended]]:
        """Run an `IO` action as a program of its own. Raises NotRunnable or GhciDied."""
        self._reaper.expect()
        pid: int | None = None
        try:
            await self._send_job(
                [job.terminal or "", "line" if job.by_line else "", job.name, *job.args], streams
            )
            said = await self.ghci.command(f"{HELPER}.start {action}", FORK_SECONDS)
            pid = self._answered()
            if pid is None:
                await self.ghci.command(f"{HELPER}.discard", FORK_SECONDS)
                raise NotRunnable(said)
        finally:
            future = self._reaper.found(pid)
        assert future  # noqa: S101 - there is one for a process id
        return pid, future

    async def _send_job(self, fields: Sequence[str], streams: Streams) -> None:
        jobs = self.ghci.jobs
        if jobs is None or not self.ghci.alive:
            raise GhciDied
        text = "\0".join(fields).encode(errors="replace")
        with contextlib.suppress(BlockingIOError):  # a splice may have answered already
            while jobs.recv(1 << 16):
                pass
        try:
            socket.send_fds(jobs, [struct.pack("I", len(text))], list(streams.inner))
            await asyncio.get_running_loop().sock_sendall(jobs, text)
        except OSError:
            raise GhciDied from None

    def _answered(self) -> int | None:
        """The process id that the program said when it began."""
        assert self.ghci.jobs  # noqa: S101 - _send_job used it
        try:
            data = self.ghci.jobs.recv(4)
        except OSError:
            return None
        return int(struct.unpack("i", data)[0]) if len(data) == 4 else None


def quoted(paths: Sequence[str]) -> str:
    """Files as GHCi's commands take them."""
    return " ".join('"' + plain(path).replace("\\", "\\\\").replace('"', '\\"') + '"' for path in paths)


def plain(path: str) -> str:
    """A file's name that GHC cannot take for an option or a response file."""
    return path if path[0].isalnum() or path[0] == "_" else f"./{path}"

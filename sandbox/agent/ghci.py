"""Drives one GHCi: one command at a time, each answered up to a prompt that nobody can guess."""

import asyncio
import contextlib
import os
import re
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from sandbox.agent.reaper import Ended, Reaper
from sandbox.agent.spawn import JOB_SOCKET, QUESTION_SOCKET, signal_group, spawn

ANSWER_BYTES = 4 << 20  # of one command; Template Haskell may print without end
INTERRUPT_SECONDS = 2.0
START_SECONDS = 60.0
# GHCi writes its prompt letter by letter, and a thread may print between two of them: it is made of what is
# no part of a text, and so found whatever stands in between.
_PROMPT_LETTERS = bytes([*range(1, 7), *range(14, 27)])
_OTHER_LETTERS = bytes(set(range(256)) - set(_PROMPT_LETTERS))
_PROMPT_LENGTH = 32
_LINKS = ("cwd", "fd/0", "fd/1", "fd/2", f"fd/{JOB_SOCKET}", f"fd/{QUESTION_SOCKET}")
_MASKS = re.compile(r"^(?:SigBlk|SigIgn|SigCgt):\s*([0-9a-f]+)$", re.MULTILINE)
_UMASK = re.compile(r"^Umask:\s*(\d+)$", re.MULTILINE)
_STOPPED = re.compile(r"^State:\s*[Tt]", re.MULTILINE)


Hear = Callable[[bytes], None]  # is told a piece of what GHCi says
MakeHear = Callable[[], Hear]  # for one command


class GhciDied(Exception):
    """GHCi ended in the middle of a command; its last words are the argument."""


class GhciStuck(Exception):
    """GHCi did not answer in time and was interrupted; it may have been killed."""


class Ghci:
    """One GHCi process. `command` is called by one task at a time."""

    def __init__(self, reaper: Reaper, *, enough_bytes: int | None = None) -> None:
        """`enough_bytes`: a command that prints more is interrupted, and its answer is what it had said."""
        self._reaper = reaper
        self._enough_bytes = enough_bytes
        self._enough = b""
        self.pid = 0
        self.ended: Ended | None = None
        self._prompt = b""
        self._stale = False
        self._noisy = False
        self._as_made: object = None  # until it is up
        self._answer = bytearray()
        self._letters = b""  # of the answer, those that prompts are made of
        self._waiter: asyncio.Future[bytes] | None = None
        self._hear: Hear | None = None
        self._ending: asyncio.Future[Ended] | None = None
        self._stdin = -1
        self._stdout = -1
        self.jobs: socket.socket | None = None
        self.questions: socket.socket | None = None

    @property
    def alive(self) -> bool:
        return self.pid > 0

    def remember(self) -> None:
        """From now on `sound` compares with what it is like at this moment."""
        self._as_made = self._look()

    @property
    def orderly(self) -> bool:
        """Alive, and everything that it said was an answer."""
        return self.alive and not self._noisy

    @property
    def sound(self) -> bool:
        """Alive, and no splice has moved it, stopped it, taken its streams or left a thread that prints."""
        if not self.alive or self._noisy or self._as_made is None:
            return False
        return self._look() == self._as_made

    def _look(self) -> object:
        place = Path("/proc", str(self.pid))
        try:
            links = [os.readlink(place / name) for name in _LINKS]  # noqa: PTH115 (as text)
            status = (place / "status").read_text()
            bounds = [(place / name).read_text() for name in ("limits", "oom_score_adj")]
        except OSError:
            return None
        interrupts = [int(mask, 16) >> (signal.SIGINT - 1) & 1 for mask in _MASKS.findall(status)]
        return links, bounds, interrupts, _UMASK.findall(status), bool(_STOPPED.search(status))

    async def start(self, argv: Sequence[str], env: Mapping[str, str]) -> str:
        """Bring it up; returns its greeting. Raises GhciDied or OSError."""
        ours, theirs = socket.socketpair()
        questions, answers = socket.socketpair()
        ours.setblocking(False)
        questions.setblocking(False)
        inner_in, self._stdin = os.pipe()
        self._stdout, inner_out = os.pipe()
        try:
            sockets = theirs.fileno(), answers.fileno()
            self.pid = spawn(argv, (inner_in, inner_out, inner_out), env, sockets=sockets)
        except OSError:
            ours.close()
            questions.close()
            os.close(self._stdin)
            os.close(self._stdout)
            raise
        finally:
            os.close(inner_in)
            os.close(inner_out)
            theirs.close()
            answers.close()
        self.jobs, self.questions = ours, questions
        self._ending = self._reaper.watch(self.pid)
        self._ending.add_done_callback(self._gone)
        os.set_blocking(self._stdout, False)
        asyncio.get_running_loop().add_reader(self._stdout, self._readable)
        return await self._new_prompt(START_SECONDS)

    async def _new_prompt(self, timeout: float) -> str:
        """From now on only this prompt counts: one left over from an interrupt is no answer."""
        self._prompt = bytes(secrets.choice(_PROMPT_LETTERS) for _ in range(_PROMPT_LENGTH))
        written = "".join(f"\\{letter}" for letter in self._prompt)
        return await self.command(f':set prompt "{written}"', timeout)

    async def _recover(self) -> None:
        """After an interrupt. Raises GhciDied where there is no answer even to a new prompt."""
        self._stale = False
        try:
            await self._new_prompt(INTERRUPT_SECONDS)
        except GhciStuck:
            await self.end()
            raise GhciDied from None

    async def command(self, text: str, timeout: float, hear: MakeHear | None = None) -> str:
        """GHCi's answer; what `hear` makes hears it while it comes.

        Raises GhciDied, and GhciStuck after an interrupt or a kill.
        """
        if not self.alive:
            raise GhciDied
        if self._stale:
            await self._recover()
        self._answer.clear()
        self._letters = b""
        self._enough = b""
        self._hear = hear() if hear else None
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            os.write(self._stdin, text.encode() + b"\n")
            return (await self._within(timeout)).decode(errors="replace")
        except BrokenPipeError:
            raise GhciDied from None
        finally:
            self._waiter = self._hear = None

    async def _within(self, timeout: float) -> bytes:
        assert self._waiter  # noqa: S101 - command() made it
        try:
            return await asyncio.wait_for(asyncio.shield(self._waiter), timeout)
        except TimeoutError:
            await self.interrupt()
            raise GhciStuck from None
        except asyncio.CancelledError:
            await self.interrupt()
            raise

    def interrupt(self) -> Awaitable[None]:
        """End the command that is under way now as Ctrl-C does; kill GHCi if that does not help."""
        return self._interrupt(self._waiter)

    async def _interrupt(self, waiter: asyncio.Future[bytes] | None) -> None:
        if waiter is None or waiter.done() or not self.alive:
            return
        self._stale = True  # whatever it says now belongs to no later command
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)
        done, _ = await asyncio.wait([waiter], timeout=INTERRUPT_SECONDS)
        if not done:
            self.kill()
            await asyncio.wait([waiter], timeout=INTERRUPT_SECONDS)

    def memory_bytes(self) -> int:
        """Its own memory, without what it shares by mapping files."""
        try:
            resident, shared = Path(f"/proc/{self.pid}/statm").read_text().split()[1:3]
        except (OSError, ValueError):
            return 0
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGESIZE")

    def kill(self) -> None:
        if self.alive:
            signal_group(self.pid, signal.SIGKILL)

    async def end(self) -> None:
        """Kill it and wait until its memory is free."""
        self.kill()
        if self._ending:
            await asyncio.wait([self._ending], timeout=INTERRUPT_SECONDS)

    def _readable(self) -> None:
        try:
            data = os.read(self._stdout, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            self._fail()
            return
        if self._waiter is None or self._waiter.done():
            self._noisy = self._noisy or not self._stale
            return
        self._take(self._waiter, data)
        if self._hear:
            self._hear(data)

    def _take(self, waiter: asyncio.Future[bytes], data: bytes) -> None:
        self._keep_bounded()
        begin = max(0, len(self._answer) - len(self._prompt))
        self._answer += data
        self._letters = self._letters[1 - len(self._prompt) :] + data.translate(None, _OTHER_LETTERS)
        if self._prompt not in self._letters:
            return
        end = self._answer.find(self._prompt, begin)
        torn = end < 0
        more = torn or len(self._answer) > end + len(self._prompt)
        self._noisy = self._noisy or (more and not self._stale)
        answer = self._answer.translate(None, _PROMPT_LETTERS) if torn else self._answer[:end]
        waiter.set_result(self._enough or bytes(answer))

    def _keep_bounded(self) -> None:
        if self._enough_bytes is not None and len(self._answer) > self._enough_bytes and not self._enough:
            self._enough = bytes(self._answer[: self._enough_bytes])
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGINT)
        if len(self._answer) > ANSWER_BYTES or self._enough:
            del self._answer[: -len(self._prompt)]

    def _fail(self) -> None:
        asyncio.get_running_loop().remove_reader(self._stdout)
        if self._waiter and not self._waiter.done():
            words = self._answer.decode(errors="replace")
            self._waiter.set_exception(GhciDied(words))
            self._waiter.exception()

    def _gone(self, future: asyncio.Future[Ended]) -> None:
        self.ended = future.result()
        self.pid = 0
        self._readable_rest()

    def _readable_rest(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._stdout)
        self._fail()
        for fd in (self._stdin, self._stdout):
            os.close(fd)
        if self.jobs:
            self.jobs.close()

"""An attached agent in a real container of the profile, as the relay sees it: commands in, frames out.

test ── Deliver, Blob, Ack ──► container's agent
test ◄── frames, gathered by a thread ──┘
"""

import base64
import hashlib
import itertools
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sandbox.agent.outbox import Event
from sandbox.engine.hosts import Channel
from sandbox.exceptions import HostError
from sandbox.limits import FRAME_BYTES, RunLimits
from sandbox.messages import (
    Ack,
    Answered,
    Ask,
    Attach,
    Attached,
    Blob,
    Close,
    Command,
    Deliver,
    Diagnostic,
    Edit,
    Finished,
    Frame,
    InboxMessage,
    Input,
    Mode,
    Need,
    Output,
    Ping,
    Pong,
    Published,
    Question,
    Ready,
    Received,
    Refused,
    Resize,
    Say,
    Start,
    Started,
    Stop,
    Stream,
    Sync,
    Terminal,
    decode_frame,
    encode,
)
from sandbox.relay.lines import Lines

LIMITS = RunLimits(compile_seconds=60, run_seconds=30, test_seconds=60, idle_seconds=60)
WAIT_SECONDS = 90.0
_entries = itertools.count(1)  # rises over all agents, as an inbox's entries do
_versions = itertools.count(1)

T = TypeVar("T")
Files = Mapping[str, str | bytes]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


class Agent:
    """One attached agent; it is given what it needs, and what it says is acknowledged, unless told not to."""

    def __init__(self, channel: Channel, epoch: int = 1, *, acknowledging: bool = True) -> None:
        self.epoch = epoch
        self.acknowledging = acknowledging
        self.supplying = True
        self.blobs: dict[str, bytes | None] = {}
        self.frames: list[Frame] = []
        self.says: dict[str, list[Say]] = {}  # by channel, each number once
        self.runs: list[Run] = []
        self.ended = False
        self._open: set[str] = set()
        self._channel = channel
        self._news = threading.Condition()
        self._sending = threading.Lock()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    # --- both ways ------------------------------------------------------------------------------------------

    def send(self, command: Command) -> None:
        self.write(encode(command) + b"\n")

    def write(self, data: bytes) -> None:
        with self._sending:
            self._channel.send(data)

    def deliver(self, message: InboxMessage) -> str:
        """Put one message into the agent's inbox; returns its entry."""
        entry = f"{next(_entries)}-0"
        self.send(Deliver(self.epoch, entry, message))
        return entry

    def wait(self, found: Callable[[], T | None], what: str = "", seconds: float = WAIT_SECONDS) -> T:
        """The first answer of `found` that is not None."""
        deadline = time.monotonic() + seconds
        with self._news:
            while (result := found()) is None:
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    why = "the agent ended" if self.ended else f"nothing for {seconds} s"
                    raise AssertionError(
                        f"waited for {what or found}: {why}; last frames: {self.frames[-5:]}"
                    )
                self._news.wait(left)
            return result

    def acknowledge(self) -> None:
        """Acknowledge everything so far, and from now on."""
        with self._news:
            self.acknowledging = True
            for channel, says in self.says.items():
                self.send(Ack(self.epoch, channel, says[-1].n))

    def close(self) -> None:
        """Leave the agent alone."""
        self._channel.close()
        self._thread.join(10)

    def _listen(self) -> None:
        lines = Lines(FRAME_BYTES)
        try:
            while (chunk := self._channel.receive(1.0)) != b"":
                for line in lines.feed(chunk or b""):
                    self._hear(decode_frame(line))
        except HostError:
            pass
        finally:
            with self._news:
                self.ended = True
                self._news.notify_all()

    def _hear(self, frame: Frame) -> None:
        with self._news:
            self.frames.append(frame)
            if isinstance(frame, Say):
                self._keep(frame)
            self._news.notify_all()
            if isinstance(frame, Need) and self.supplying:
                self.supply(frame.hashes)

    def _keep(self, say: Say) -> None:
        says = self.says.setdefault(say.channel, [])
        if not says or say.n == says[-1].n + 1:  # who comes later misses what another acknowledged
            says.append(say)
        if self.acknowledging:
            self.send(Ack(self.epoch, say.channel, say.n))

    # --- the handshake --------------------------------------------------------------------------------------

    def attach(self) -> Attached:
        nonce = secrets.token_hex(8)
        self.send(Attach(self.epoch, nonce))
        return self.wait(
            lambda: next((one for one in self._of(Attached) if one.nonce == nonce), None), "attached"
        )

    def ready(self) -> None:
        """Attach, and wait until the warm GHCi is up."""
        if not self.attach().ready:
            self.wait(lambda: next(iter(self._of(Ready)), None), "ready")

    def ping(self) -> None:
        """Wait until it has followed all that was sent before."""
        before = len(self._of(Pong))
        self.send(Ping(self.epoch))
        self.wait(lambda: len(self._of(Pong)) > before or None, "pong")

    def _of(self, kind: type[T]) -> list[T]:
        return [frame for frame in self.frames if isinstance(frame, kind)]

    # --- files ----------------------------------------------------------------------------------------------

    def sync(self, files: Files) -> dict[str, str]:
        """These are the workspace's files now, none of them open in an editor; returns the manifest."""
        for path in sorted(self._open):
            self.deliver(Close(path))
        self._open.clear()
        manifest = self.manifest(files)
        self.deliver(Sync(manifest))
        return manifest

    def manifest(self, files: Files) -> dict[str, str]:
        """The files' manifest; their contents can be had from now on."""
        contents = {path: encoded(text) for path, text in files.items()}
        self.blobs.update({sha256(content): content for content in contents.values()})
        return {path: sha256(content) for path, content in contents.items()}

    def supply(self, hashes: list[str]) -> None:
        """Send what was asked for; a hash that nobody knows is answered with nothing."""
        for key in hashes:
            content = self.blobs.get(key)
            data = None if content is None else base64.b64encode(content).decode()
            self.send(Blob(self.epoch, key, data))

    def edit(self, path: str, text: str) -> int:
        """Type into a file; returns the text's version."""
        version = next(_versions)
        self._open.add(path)
        self.deliver(Edit(path, version, text))
        return version

    def published(self, path: str, version: int | None, seconds: float = WAIT_SECONDS) -> list[Diagnostic]:
        """The diagnostics of this version of a file, once they are there."""

        def found() -> list[Diagnostic] | None:
            mine = reversed(self.everything_published(path))
            return next((one.diagnostics for one in mine if one.version == version), None)

        return self.wait(found, f"diagnostics of {path} as of {version}", seconds)

    def check(self, path: str, text: str) -> list[Diagnostic]:
        """Type a file's text and return its diagnostics."""
        return self.published(path, self.edit(path, text))

    def shown(self, path: str) -> list[Diagnostic]:
        """What an editor shows for a file right now."""
        mine = self.everything_published(path)
        return mine[-1].diagnostics if mine else []

    def everything_published(self, path: str) -> list[Published]:
        """What was said of a file so far, oldest first."""
        uri = f"file:///work/{path}"
        events = [say.event for say in self.says.get("", [])]
        return [one for one in events if isinstance(one, Published) and one.uri == uri]

    # --- questions ------------------------------------------------------------------------------------------

    def put(self, question: Question) -> str:
        """Ask; returns the query."""
        query = secrets.token_hex(8)
        self.deliver(Ask(query, question))
        return query

    def answered(self, query: str, seconds: float = WAIT_SECONDS) -> Answered:
        """The answer to a query, once it is there."""

        def found() -> Answered | None:
            events = [say.event for say in self.says.get("", [])]
            return next((one for one in events if isinstance(one, Answered) and one.query == query), None)

        return self.wait(found, f"the answer to {query}", seconds)

    def ask(self, question: Question) -> Any:
        """The answer to a question; there is one, or it is None."""
        answered = self.answered(self.put(question))
        assert answered.failure is None, answered.failure
        return answered.answer

    # --- runs -----------------------------------------------------------------------------------------------

    def start(self, mode: Mode = "interpret", limits: RunLimits = LIMITS, **more: Any) -> "Run":
        run = Run(self, more.pop("run_id", None) or secrets.token_hex(8))
        if isinstance(more.get("terminal"), tuple):
            more["terminal"] = Terminal(*more["terminal"])
        run.entry = self.deliver(Start(run.id, mode, limits, **more))
        self.runs.append(run)
        return run

    def run(self, files: Files, mode: Mode = "interpret", **more: Any) -> "Run":
        """Run these files to their end."""
        self.sync(files)
        run = self.start(mode, **more)
        run.ended()
        return run

    def output(self, files: Files, mode: Mode = "interpret", **more: Any) -> str:
        """What these files print on standard output; they end well and say nothing else."""
        run = self.run(files, mode, **more)
        assert (run.ended().outcome, run.ended().exit_code, run.stderr) == ("exited", 0, ""), run.events
        return run.stdout

    def refused(self, entry: str, seconds: float = WAIT_SECONDS) -> Refused:
        return self.wait(
            lambda: next((one for one in self._of(Refused) if one.entry == entry), None), "refused", seconds
        )

    def received(self, entry: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until this entry of the inbox was taken."""
        place = int(entry.partition("-")[0])

        def taken() -> bool | None:
            return any(int(one.entry.partition("-")[0]) >= place for one in self._of(Received)) or None

        self.wait(taken, f"received {entry}", seconds)

    def tidy(self) -> bool:
        """End every run that a test left; False when that was not possible."""
        live = [run for run in self.runs if run.finished is None]
        try:
            for run in live:
                run.stop()
            for run in live:
                run.ended(5)
        except (AssertionError, HostError):
            return False
        self.runs.clear()
        return not self.ended


class Run:
    """One run, as the relay hears of it."""

    def __init__(self, agent: Agent, run_id: str) -> None:
        self.id = run_id
        self.entry = ""
        self._agent = agent

    @property
    def events(self) -> list[Event]:
        return [say.event for say in self._agent.says.get(self.id, [])]

    @property
    def finished(self) -> Finished | None:
        return next((event for event in self.events if isinstance(event, Finished)), None)

    @property
    def phases(self) -> list[str]:
        return [event.phase for event in self.events if isinstance(event, Started)]

    def text(self, stream: Stream) -> str:
        events = self.events
        return "".join(event.text for event in events if isinstance(event, Output) and event.stream == stream)

    @property
    def stdout(self) -> str:
        return self.text("stdout")

    @property
    def stderr(self) -> str:
        return self.text("stderr")

    @property
    def terminal(self) -> str:
        return self.text("terminal")

    @property
    def messages(self) -> str:
        """All diagnostics of a finished run as one text."""
        return "\n".join(one.message for one in self.ended().diagnostics)

    def printed(self, text: str, stream: Stream = "stdout", seconds: float = WAIT_SECONDS) -> None:
        """Wait until the program has printed this."""

        def found() -> bool | None:
            if text in self.text(stream):
                return True
            assert self.finished is None, f"ended without {text!r}: {self.text(stream)!r}, {self.finished}"
            return None

        self._agent.wait(found, f"{text!r} on {stream}", seconds)

    def running(self, phase: str = "run", seconds: float = WAIT_SECONDS) -> None:
        """Wait until this phase began."""
        self._agent.wait(lambda: phase in self.phases or None, f"phase {phase} of {self.events}", seconds)

    def ended(self, seconds: float = WAIT_SECONDS) -> Finished:
        return self._agent.wait(lambda: self.finished, f"the end of {self.events[-3:]}", seconds)

    def input(self, text: str | None, *, eof: bool = False) -> None:
        self._agent.deliver(Input(self.id, text, eof))

    def eof(self) -> None:
        self.input(None, eof=True)

    def resize(self, columns: int, rows: int) -> None:
        self._agent.deliver(Resize(self.id, columns, rows))

    def stop(self) -> None:
        self._agent.deliver(Stop(self.id))

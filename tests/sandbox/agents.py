"""Agents for fake containers that do what a test needs."""

import base64
import threading
from collections.abc import Callable, Iterable

from sandbox.engine.fake_agent import ScriptedAgent
from sandbox.messages import (
    Ack,
    Attach,
    Blob,
    Deliver,
    Finished,
    Frame,
    Hibernate,
    LeftOut,
    Need,
    Output,
    Overlay,
    Published,
    Restore,
    Say,
    Start,
    Started,
    Sync,
    decode_command,
)

CHUNK = "x" * 32 * 1024
WINDOW_BYTES = 256 * 1024


class Printer(ScriptedAgent):
    """A run prints chunks without end (or `chunks` of them), at most 256 KiB beyond what was acknowledged."""

    def __init__(self, chunks: int | None = None) -> None:
        super().__init__()
        self.chunks = chunks
        self.printed = 0

    def answer(self, line: bytes) -> Iterable[Frame]:
        yield from super().answer(line)
        if isinstance(decode_command(line), Ack | Attach):
            yield from self._print()

    def _act(self, command: Deliver) -> Iterable[Frame]:
        if isinstance(command.message, Start):
            self._runs[command.message.run_id] = command.message
            yield self._say(command.message.run_id, Started(phase="run"))
            yield from self._print()
        else:
            yield from super()._act(command)

    def _print(self) -> Iterable[Frame]:
        for run_id in list(self._runs):
            while self._room(run_id) and (self.chunks is None or self.printed < self.chunks):
                self.printed += 1
                yield self._say(run_id, Output(stream="stdout", text=CHUNK))
            if self.printed == self.chunks:
                yield self._finish(run_id, Finished(outcome="exited", phase="run", exit_code=0))

    def _room(self, run_id: str) -> bool:
        return sum(1 for say in self._unacknowledged if say.channel == run_id) * len(CHUNK) < WINDOW_BYTES


class Mute(ScriptedAgent):
    """Answers nothing at all once it is told to be `silent`."""

    silent = False

    def answer(self, line: bytes) -> Iterable[Frame]:
        return [] if self.silent else super().answer(line)


class Keeping(ScriptedAgent):
    """Has local changes: whatever archive it was given, or `changes`, without `left_out`."""

    def __init__(self, changes: bytes = b"changes", left_out: LeftOut | None = None) -> None:
        super().__init__()
        self.left_out = left_out
        self.changes = changes
        self.restored = b""
        self.manifests: list[dict[str, str]] = []

    def answer(self, line: bytes) -> Iterable[Frame]:
        command = decode_command(line)
        if isinstance(command, Restore):
            self.restored += base64.b64decode(command.data)
            self.changes = self.restored
        yield from super().answer(line)

    def _act(self, command: Deliver) -> Iterable[Frame]:
        match command.message:
            case Hibernate():
                for start in range(0, len(self.changes), 100_000):
                    piece = self.changes[start : start + 100_000]
                    last = start + 100_000 >= len(self.changes)
                    yield Overlay(base64.b64encode(piece).decode(), last, self.left_out if last else None)
            case Sync(manifest=manifest):
                self.manifests.append(manifest)
        yield from super()._act(command)


class Asking(ScriptedAgent):
    """Needs the contents of every file that it is told of, and of what lies `besides`."""

    def __init__(self, besides: Iterable[str] = ()) -> None:
        super().__init__()
        self.contents: dict[str, bytes | None] = {}
        self.supplied = threading.Event()
        self._wanted = set(besides)

    def answer(self, line: bytes) -> Iterable[Frame]:
        command = decode_command(line)
        if isinstance(command, Blob):
            self.contents[command.sha256] = (
                base64.b64decode(command.data) if command.data is not None else None
            )
            if self._wanted and self._wanted <= self.contents.keys():
                self.supplied.set()
        yield from super().answer(line)

    def _act(self, command: Deliver) -> Iterable[Frame]:
        if isinstance(command.message, Sync) and command.message.manifest:
            self._wanted |= set(command.message.manifest.values())
            yield Need(sorted(self._wanted))


class Saying(ScriptedAgent):
    """Answers a start with whatever frames the test wants."""

    def __init__(self, frames: Callable[[Start], Iterable[Frame]]) -> None:
        super().__init__()
        self._frames = frames

    def _act(self, command: Deliver) -> Iterable[Frame]:
        if isinstance(command.message, Start):
            self._runs[command.message.run_id] = command.message
            yield from self._frames(command.message)
        else:
            yield from super()._act(command)


def say(run: Start, n: int, event: Started | Output | Finished | Published) -> Say:
    """A numbered frame of a run."""
    return Say(channel=run.run_id, n=n, event=event)

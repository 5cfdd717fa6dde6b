"""An agent in memory, for fake containers."""

import itertools
from collections.abc import Iterable
from typing import Protocol

from sandbox.messages import (
    Ack,
    Attach,
    Attached,
    Close,
    Deliver,
    Edit,
    Finished,
    Frame,
    Input,
    LiveRun,
    Output,
    Ping,
    Pong,
    Received,
    Say,
    Start,
    Started,
    Stop,
    Sync,
    decode_command,
)


class FakeAgent(Protocol):
    """What runs in a fake container: it says frames in answer to a line."""

    def answer(self, line: bytes) -> Iterable[Frame]: ...


class ScriptedAgent:
    """Follows the protocol: a run prints `hello`, or with the argument `echo` its input until that ends."""

    def __init__(self) -> None:
        self._epoch = 0
        self._entry = "0-0"
        self._unacknowledged: list[Say] = []
        self._counts: dict[str, itertools.count[int]] = {}
        self._runs: dict[str, Start] = {}
        self.received: list[Deliver] = []

    def answer(self, line: bytes) -> Iterable[Frame]:
        command = decode_command(line)
        if command.epoch < self._epoch:
            return []
        self._epoch = command.epoch
        match command:
            case Attach(nonce=nonce):
                runs = [LiveRun(run_id=run.run_id, mode=run.mode) for run in self._runs.values()]
                attached = Attached(nonce=nonce, entry=self._entry, runs=runs, ready=True)
                return [attached, *self._unacknowledged]
            case Ping():
                return [Pong()]
            case Ack(channel=channel, n=n):
                self._unacknowledged = [s for s in self._unacknowledged if s.channel != channel or s.n > n]
            case Deliver() if _moment(command.entry) > _moment(self._entry):
                return self._deliver(command)
        return []

    def _deliver(self, command: Deliver) -> Iterable[Frame]:
        self._entry = command.entry
        self.received.append(command)
        return [Received(entry=command.entry), *self._act(command)]

    def _act(self, command: Deliver) -> Iterable[Frame]:
        match command.message:
            case Start() as run if run.run_id not in self._counts:
                self._runs[run.run_id] = run
                yield self._say(run.run_id, Started(phase="run"))
                if "echo" not in run.args:
                    yield self._say(run.run_id, Output(stream="stdout", text="hello\n"))
                    yield self._finish(run.run_id, Finished(outcome="exited", phase="run", exit_code=0))
            case Input(run_id=run_id, text=text, eof=eof) if run_id in self._runs:
                if text:
                    yield self._say(run_id, Output(stream="stdout", text=text))
                if eof:
                    yield self._finish(run_id, Finished(outcome="exited", phase="run", exit_code=0))
            case Stop(run_id=run_id) if run_id in self._runs:
                yield self._finish(run_id, Finished(outcome="stopped", phase="run"))
            case Sync() | Edit() | Close() | _:
                return

    def _finish(self, run_id: str, finished: Finished) -> Say:
        del self._runs[run_id]
        return self._say(run_id, finished)

    def _say(self, channel: str, event: Started | Output | Finished) -> Say:
        n = next(self._counts.setdefault(channel, itertools.count(1)))
        said = Say(channel=channel, n=n, event=event)
        self._unacknowledged.append(said)
        return said


def _moment(entry: str) -> tuple[int, int]:
    milliseconds, _, number = entry.partition("-")
    return int(milliseconds), int(number or 0)

"""What the agent does with each command of the relay's: the session's whole state stands here."""

import asyncio
import base64
import binascii
import logging
import time
from functools import partial

from sandbox.agent.deadman import DeadMan
from sandbox.agent.debug import Debugging
from sandbox.agent.evaluator import Evaluator
from sandbox.agent.files import Files
from sandbox.agent.language.checker import Checker
from sandbox.agent.language.desk import Desk
from sandbox.agent.language.exports import packages_of
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.linter import Linter
from sandbox.agent.loader import Loader
from sandbox.agent.localchanges import LocalChanges
from sandbox.agent.measure import keep_measuring
from sandbox.agent.modes import kind_of
from sandbox.agent.outbox import Outbox
from sandbox.agent.pipe import Writer
from sandbox.agent.places import WORK
from sandbox.agent.processes import end_all_but, end_sessions
from sandbox.agent.reaper import Reaper
from sandbox.agent.resident import Resident
from sandbox.agent.run import Run, Tools
from sandbox.agent.tree import Tree
from sandbox.agent.undeclared import undeclared
from sandbox.agent.warm import Warm
from sandbox.messages import (
    REASON_CHARACTERS,
    Ack,
    Ask,
    Attach,
    Attached,
    Blob,
    Cancel,
    Close,
    Command,
    Debug,
    DecodeError,
    Deliver,
    Edit,
    End,
    Hibernate,
    InboxMessage,
    Input,
    LiveRun,
    Need,
    Ping,
    Pong,
    Ready,
    Received,
    Refused,
    Resize,
    Restore,
    Start,
    Stop,
    Sync,
    decode_command,
)

log = logging.getLogger(__name__)


def entry_key(entry: str) -> tuple[int, int]:
    """An inbox entry "ms-n" as numbers that can be compared. Raises ValueError."""
    moment, _, count = entry.partition("-")
    return int(moment), int(count or 0)


class Session:
    """Follows the relay's commands, in order, each inbox entry once."""

    def __init__(self, outbox: Outbox, writer: Writer, dead_man: DeadMan) -> None:
        self._outbox = outbox
        self._writer = writer
        self._dead_man = dead_man
        self._began = time.monotonic()
        self._epoch = 0
        self._entry = "0-0"
        self._ready = False
        self._asked: set[str] = set()
        self._runs: dict[str, Run] = {}
        self._known: set[str] = set()
        self._reaper = Reaper()
        self._files = Files(Tree(WORK))
        checker = Checker(self._files.placed)
        self._loader = Loader(
            self._files,
            lambda: Warm(self._reaper, WORK, checker.listen),
            lambda event: outbox.say("", event),
            checker.keep,
            checker.text,
        )
        self._resident = Resident(self._reaper)
        self._evaluator = Evaluator(self._reaper)
        self._linter = Linter(self._files, self._reaper, self._loader.board.refresh)
        self._loader.board.hints = self._linter.hints
        self._loader.advise = partial(undeclared, packages_of=packages_of)
        self._tools = Tools(self._loader, outbox, self._reaper, self._end_strays, self._resident)
        self._desk = Desk(
            Workspace(self._files, self._loader, self._reaper, checker, self._evaluator),
            lambda event: outbox.say("", event),
        )
        self._changes = LocalChanges(self._files, self._loader, outbox, writer)
        self._received: asyncio.Handle | None = None

    async def warm_up(self) -> None:
        """Bring GHCi up, say so, and keep it on the latest files for ever."""
        await self._loader.start()
        self._ready = True
        self._outbox.send(Ready(seconds=time.monotonic() - self._began))
        await asyncio.gather(self._loader.work(), keep_measuring(self._runs.values, self._outbox.send))

    # --- commands -------------------------------------------------------------------------------------------

    def take(self, line: bytes) -> None:
        """One line of the relay's; a torn one is dropped."""
        try:
            command = decode_command(line)
        except DecodeError:
            return
        if isinstance(command, Attach):
            self._attach(command)
        elif command.epoch == self._epoch:
            self._dead_man.heard()
            self._follow(command)

    def _attach(self, attach: Attach) -> None:
        if attach.epoch < self._epoch:
            return
        self._dead_man.heard()
        self._epoch = attach.epoch
        self._writer.restart()
        self._outbox.send(
            Attached(nonce=attach.nonce, entry=self._entry, runs=self._live(), ready=self._ready)
        )
        self._outbox.resend()
        self._asked.clear()
        self._ask()

    def _live(self) -> list[LiveRun]:
        return [LiveRun(run_id=run.start.run_id, mode=run.start.mode) for run in self._runs.values()][:16]

    def _follow(self, command: Command) -> None:
        match command:
            case Deliver():
                self._deliver(command)
            case Ack():
                self._outbox.acknowledge(command.channel, command.n)
            case Blob():
                self._blob(command)
            case Restore():
                self._changes.piece(command)
            case Ping():
                self._outbox.send(Pong())

    def _blob(self, blob: Blob) -> None:
        try:
            content = None if blob.data is None else base64.b64decode(blob.data, validate=True)
        except binascii.Error:
            content = None
        self._files.supply(blob.sha256, content)
        self._asked.discard(blob.sha256)
        self._loader.changed()

    # --- the inbox ------------------------------------------------------------------------------------------

    def _deliver(self, deliver: Deliver) -> None:
        try:
            if entry_key(deliver.entry) <= entry_key(self._entry):
                return
            self._message(deliver.message)
        except ValueError as reason:
            self._refuse(deliver, str(reason))
        except Exception as fault:  # it must not cost the messages behind it
            log.exception("A message could not be followed")
            self._refuse(deliver, f"{type(fault).__name__}: {fault}")
        self._entry = deliver.entry
        if self._received is None:
            self._received = asyncio.get_running_loop().call_soon(self._say_received)

    def _refuse(self, deliver: Deliver, reason: str) -> None:
        self._outbox.send(Refused(entry=deliver.entry, reason=reason[:REASON_CHARACTERS]))

    def _say_received(self) -> None:
        self._received = None
        self._outbox.send(Received(entry=self._entry))

    def _message(self, message: InboxMessage) -> None:
        match message:
            case Start() | Input() | Debug() | Resize() | Stop():
                self._run_message(message)
            case Sync():
                self._sync(message.manifest)
            case Edit():
                self._files.edit(message.path, message.version, message.text)
                self._loader.edited(message.path)
                self._linter.edited(message.path)
            case Close():
                self._files.close(message.path)
                self._linter.closed(message.path)
                self._ask()
                self._loader.changed()
            case Ask():
                self._desk.ask(message)
            case Cancel():
                self._desk.cancel(message.query)
            case Hibernate():
                self._hibernate()
            case End():
                for run in self._runs.values():
                    run.stop()

    def _hibernate(self) -> None:
        if self._runs:
            raise ValueError("A program is running: the session does not hibernate.")
        self._resident.end()
        self._evaluator.end()
        self._changes.send()

    def _sync(self, manifest: dict[str, str]) -> None:
        self._files.sync(manifest)
        self._ask()
        self._loader.changed()

    def _ask(self) -> None:
        """Ask for contents that are missing and not asked for yet."""
        missing = [key for key in self._files.missing() if key not in self._asked]
        if missing:
            self._asked.update(missing)
            self._outbox.send(Need(hashes=missing))

    def _run_message(self, message: Start | Input | Debug | Resize | Stop) -> None:
        if isinstance(message, Start):
            self._start(message)
            return
        run = self._runs.get(message.run_id)
        match message:
            case Input() if run:
                run.typed(message.text, eof=message.eof)
            case Debug() if isinstance(run, Debugging):
                run.debug(message)
            case Resize() if run:
                run.resize(message.columns, message.rows)
            case Stop() if run:
                run.stop()

    # --- runs -----------------------------------------------------------------------------------------------

    def _start(self, start: Start) -> None:
        if start.run_id in self._known:
            return
        kind = kind_of(start)
        self._known.add(start.run_id)
        if start.manifest is not None:
            self._sync(start.manifest)
        for older in self._runs.values():
            if older.start.mode == start.mode:
                older.stop()
        run = kind(start, self._tools)
        self._runs[start.run_id] = run
        self._hold_linter()
        run.begin().add_done_callback(lambda task: None if task.cancelled() else self._finished(run))

    def _end_strays(self, run: Run) -> None:
        """End what the run left behind; what cannot be told from another live run's waits for its end."""
        others = [other for other in self._runs.values() if other is not run]
        if others:
            end_sessions(run.sessions - {number for other in others for number in other.sessions})
        else:
            end_all_but([self._loader.warm.ghci.pid, self._resident.pid, self._evaluator.pid])

    def _finished(self, run: Run) -> None:
        assert run.finished  # noqa: S101 - it is over
        self._outbox.say(run.start.run_id, run.finished)
        del self._runs[run.start.run_id]
        self._hold_linter()

    def _hold_linter(self) -> None:
        self._linter.hold(any(run.start.mode not in ("repl", "debug") for run in self._runs.values()))

"""Runs the program under a debugger of its own process; see `haskell/Debugger.hs`.

run ── commands, a line each ──► debugger     its streams are the program's, and nothing else is said on them
run ◄── where it stands, JSON ──┘             at most one answer to each command is heard
"""

import asyncio
import contextlib
import socket
from typing import Literal

import msgspec

from sandbox.agent.interpret import TERMINAL, Interpret
from sandbox.agent.layout import program_name
from sandbox.agent.loaded import Loaded
from sandbox.agent.pipe import Lines
from sandbox.agent.places import LIB, WORK
from sandbox.agent.positions import Span, range_of
from sandbox.agent.program import Program
from sandbox.agent.said import lines_of
from sandbox.agent.spawn import environment, spawn
from sandbox.agent.streams import Streams
from sandbox.agent.warm import plain
from sandbox.limits import BREAKPOINTS, DEBUG_EVENT_BYTES, DEBUG_HISTORY, DEBUG_LOCALS
from sandbox.messages import Breakpoint, Debug, Debugged, DebugPlace, Local

PROGRAM = LIB / "debugger"
OUTPUT_SECONDS = 0.02  # what was printed before a stop is told before it
WORD = 1000
VALUE = 4000
MOVES = {"step": "step", "stepLocal": "local", "continue": "continue"}
LOOKS = ("back", "forward", "force", "evaluate")


class _Step(msgspec.Struct):
    place: Span | None
    name: str


class _Local(msgspec.Struct):
    name: str
    kind: str
    value: str


class _Said(msgspec.Struct):
    type: Literal["ready", "breaks", "paused"]
    places: list[Span | None] = []
    place: Span | None = None
    name: str = ""
    exception: bool = False
    locals: list[_Local] = []
    history: list[_Step] = []
    position: int = 0


_said = msgspec.json.Decoder(_Said)


class Debugging(Interpret):
    """`debug`: it stands at breakpoints and exceptions, and ends by idleness while it stands."""

    reads_files = True
    _socket: socket.socket | None = None
    _owed = 1  # answers that are to come; the first is "ready"
    _state: Debugged = Debugged(state="running")

    @property
    def run_seconds(self) -> float:
        return self.limits.run_seconds

    def typed(self, text: str | None, *, eof: bool) -> None:
        super().typed(text, eof=eof)
        self._moved()

    async def fork(self, loaded: Loaded, entry: str) -> Program:
        contents = self.tools.loader.place()
        self._lines_of, self._sources = lines_of(contents), loaded.layout.sources
        streams = Streams.of(self.start.terminal)
        env = environment(WORK, {"TERM": TERMINAL} if streams.terminal else None)
        options = loaded.layout.options
        argv = [
            *(str(PROGRAM), loaded.layout.sources[entry].module, program_name(entry)),
            *("history" if self.start.history else "", str(len(self.start.args)), *self.start.args),
            *(*options.ghc, "-w", "-i" + ":".join(options.roots)),
            *map(plain, sorted(loaded.layout.closure(entry))),
        ]
        ours, theirs = socket.socketpair()
        self.committed = True
        try:
            pid = spawn(argv, streams.inner, env, sockets=[theirs.fileno()])
        except OSError:
            streams.close()
            ours.close()
            raise
        finally:
            theirs.close()
        ended = self.tools.reaper.watch(pid)
        ended.add_done_callback(lambda _: self._leave())
        streams.handed_over()
        self._listen(ours)
        self.say_started("run")
        return Program(pid, ended, streams, "run")

    # --- what the user wants --------------------------------------------------------------------------------

    def debug(self, wish: Debug) -> None:
        """Follow a wish; one that means nothing while the program runs is passed over."""
        self._moved()
        if wish.action == "breakpoints":
            self._break_at(wish.breakpoints)
        elif self._state.state == "running":
            return
        elif wish.action in MOVES:
            self._say(Debugged(state="running", breakpoints=self._state.breakpoints))
            self._tell(MOVES[wish.action])
            if self.program:
                self.program.give(self.limits.run_seconds)
        elif wish.action in LOOKS:
            text = " ".join(wish.text.split())
            self._tell(f"{wish.action}\t{text}" if text else wish.action)

    def _break_at(self, wanted: list[Breakpoint]) -> None:
        places = [f"{each.path}:{each.line + 1}" for each in wanted if each.path.isprintable()]
        self._tell("\t".join(["breaks", *places[:BREAKPOINTS]]))

    def _moved(self) -> None:
        """While it stands it waits for its user, as a REPL does."""
        if self.program and self._state.state == "paused":
            self.program.give(self.limits.idle_seconds)

    def _tell(self, command: str) -> None:
        if self._socket is None:
            return
        with contextlib.suppress(OSError):  # it does not read: its clock ends it
            if self._socket.send(command.encode(errors="replace") + b"\n"):
                self._owed += 1

    # --- what the debugger says -----------------------------------------------------------------------------

    def _listen(self, ours: socket.socket) -> None:
        ours.setblocking(False)
        self._socket = ours
        self._received = Lines()
        asyncio.get_running_loop().add_reader(ours.fileno(), self._readable)

    def _readable(self) -> None:
        try:
            data = self._socket.recv(1 << 16) if self._socket else b""
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._leave()
            return
        for line in self._received.feed(data):
            if self._owed > 0:
                self._owed -= 1
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            said = _said.decode(line)
        except (msgspec.DecodeError, RecursionError):
            return
        if said.type == "ready":
            self._break_at(self.start.breakpoints)
            self._tell("run")
        elif said.type == "breaks":
            self._say(msgspec.structs.replace(self._state, breakpoints=self._breakpoints(said)))
        else:
            paused = self._paused(said)
            asyncio.get_running_loop().call_later(OUTPUT_SECONDS, self._stands, paused)

    def _stands(self, paused: Debugged) -> None:
        if self._socket is not None:
            self._say(msgspec.structs.replace(paused, breakpoints=self._state.breakpoints))
            self._moved()

    def _say(self, state: Debugged) -> None:
        self._state = state
        self.tools.outbox.say(self.start.run_id, state)

    def _breakpoints(self, said: _Said) -> list[Breakpoint]:
        places = [self._place(span, "") for span in said.places[:BREAKPOINTS]]
        return [
            Breakpoint(path=place.path, line=place.range.start.line)
            for place in places
            if place.path and place.range
        ]

    def _paused(self, said: _Said) -> Debugged:
        left, found = DEBUG_EVENT_BYTES, []
        for each in said.locals[:DEBUG_LOCALS]:
            local = Local(name=each.name[:WORD], type=each.kind[:WORD], value=each.value[: min(VALUE, left)])
            left = max(0, left - len(local.value))
            found.append(local)
        return Debugged(
            state="paused",
            at=self._place(said.place, said.name),
            exception=said.exception,
            locals=found,
            history=[self._place(step.place, step.name) for step in said.history[:DEBUG_HISTORY]],
            position=min(max(said.position, 0), DEBUG_HISTORY),
        )

    def _place(self, span: Span | None, name: str) -> DebugPlace:
        if span is None or span.file not in self._sources:
            return DebugPlace(name=name[:WORD])
        place = range_of(span, self._lines_of(span.file))
        return DebugPlace(name=name[:WORD], path=span.file, range=place)

    def _leave(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(ValueError, OSError):
                asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None

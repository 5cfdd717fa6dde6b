"""GHCi on the workspace's modules, for the user to type to."""

import asyncio
import contextlib

from sandbox.agent.interpret import TERMINAL
from sandbox.agent.places import WORK
from sandbox.agent.program import Program
from sandbox.agent.run import Run
from sandbox.agent.spawn import environment, spawn
from sandbox.agent.streams import Streams
from sandbox.agent.warm import INTERACTIVE, plain

_LEAVE = "\x15\x04"
LEAVE_SECONDS = 0.2


class Repl(Run):
    """`repl`: a GHCi of its own; it ends by idleness, not by the wall clock."""

    reads_files = True

    @property
    def run_seconds(self) -> float:
        return self.limits.idle_seconds

    def stop(self) -> None:
        """Soon after the interrupt an end of file: a GHCi that leaves by itself keeps its history."""
        super().stop()
        if self.program:
            asyncio.get_running_loop().call_later(LEAVE_SECONDS, self.input.text, _LEAVE)

    def typed(self, text: str | None, *, eof: bool) -> None:
        if text and ("\r" in text or "\n" in text):
            with contextlib.suppress(OSError):  # the disk is full: GHCi sees the files as they are
                self.tools.loader.place()  # for a `:reload`
        super().typed(text, eof=eof)
        if self.program:
            self.program.give(self.limits.idle_seconds)

    async def prepare(self) -> Program:
        await self.contents()
        self.tools.loader.place()
        layout = self.tools.loader.layout()
        entry = self.start.entry or layout.default_entry()
        targets = sorted(
            layout.targets(entry), key=lambda path: path != entry
        )  # the first one's names are in scope
        streams = Streams.of(self.start.terminal)
        env = environment(WORK, {"TERM": TERMINAL} if streams.terminal else None)
        options = layout.options
        argv = [
            *INTERACTIVE,
            *options.ghc,
            "-Wwarn",
            "-flocal-ghci-history",  # in /work, where it is kept with the local changes
            "-i" + ":".join(options.roots),
            *map(plain, targets),
        ]
        try:
            pid = spawn(argv, streams.inner, env)
        except OSError:
            streams.close()
            raise
        ended = self.tools.reaper.watch(pid)
        streams.handed_over()
        self.say_started("run")
        return Program(pid, ended, streams, "run")

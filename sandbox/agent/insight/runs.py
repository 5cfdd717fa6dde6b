"""Native programs that tell more of themselves: how they are compiled and started for it, and the report."""

import asyncio
from abc import abstractmethod
from typing import ClassVar

import msgspec

from sandbox.agent import written
from sandbox.agent.compiled import Compiled
from sandbox.agent.compiler import SHARED, Way
from sandbox.agent.diagnostics import normal
from sandbox.agent.insight import coverage, profile, statistics
from sandbox.agent.layout import Layout
from sandbox.agent.places import LIB, SESSION, WORK
from sandbox.agent.program import Program
from sandbox.agent.reaper import Ended
from sandbox.agent.run import Refusal
from sandbox.agent.tests import suite
from sandbox.agent.verdict import Verdict
from sandbox.agent.written import NoReport
from sandbox.limits import MIB, REPORT_ITEMS, REPORT_MODULES
from sandbox.messages import Coverage, Measured, Report

VARIABLE = "SANDBOX_INSIGHT"  # main.c takes it away again before the program begins
INTERPRETER = (
    LIB / "iserv"
)  # to which GHC adds "-prof"; there only where the toolchain has its profiling packages
WRITTEN_BYTES = 8 * MIB
MIX_BYTES = 2 * MIB
NOTHING = "There is nothing to read: GHC's runtime writes it when a program ends by itself."


class Telling(Compiled):
    """Reads what the runtime wrote into `file` at the program's end."""

    file: ClassVar[str]

    async def prepare(self) -> Program:
        written.forget(self.file)
        return await super().prepare()

    async def conclude(self, ended: Ended, found: Verdict) -> None:
        self.tools.outbox.say(self.start.run_id, await asyncio.to_thread(self._told))

    def _told(self) -> Measured:
        try:
            return Measured(report=self.report(written.read(written.place(self.file), WRITTEN_BYTES)))
        except NoReport as reason:
            return Measured(failure=str(reason))
        except OSError:
            return Measured(failure=NOTHING)

    @abstractmethod
    def report(self, text: str) -> Report:
        """What the file says. Raises NoReport and OSError."""


class Counted(Telling):
    """`statistics`: time and allocation, by GHC's runtime."""

    file = "statistics"

    @property
    def surroundings(self) -> dict[str, str]:
        return {VARIABLE: "statistics"}

    def report(self, text: str) -> Report:
        return statistics.parse(text)


class Covered(Telling):
    """`coverage`: what was executed, by GHC's program coverage."""

    file = "program.tix"
    _way = Way("coverage", 0, (*SHARED, "-fhpc", "-hpcdir", f"{SESSION}/build/coverage/mix"))

    @property
    def way(self) -> Way:
        return self._way

    @property
    def surroundings(self) -> dict[str, str]:
        return {"HPCTIXFILE": str(written.place(self.file))}

    def report(self, text: str) -> Report:
        ticks = coverage.parse_tix(text)
        modules, left = [], REPORT_ITEMS
        for name in sorted(ticks)[:REPORT_MODULES]:
            mix = self._mix(name)
            if mix.path in self.layout.sources:
                found = coverage.module(name, mix, ticks[name], self.lines(mix.path))
                modules.append(msgspec.structs.replace(found, marks=found.marks[:left]))
                left -= len(modules[-1].marks)
        return Coverage(modules=modules, cut=left == 0)

    def _mix(self, name: str) -> coverage.Mix:
        if not all(part.isidentifier() for part in name.replace("'", "").split(".")):
            raise NoReport("The program counted a module that has no proper name.")
        mix = coverage.parse_mix(written.read(WORK / self._way.products / "mix" / f"{name}.mix", MIX_BYTES))
        return coverage.Mix(normal(mix.path), mix.stamp, mix.boxes)


class CoveredTests(Covered):
    """`coverage` of `test`: the test program, compiled."""

    @property
    def run_seconds(self) -> float:
        return self.limits.test_seconds

    def entry(self, layout: Layout) -> str:
        if self.start.entry is not None:
            return self.chosen_entry(layout)
        if found := suite(layout):
            return found
        raise self.refused(
            "test/Spec.hs",
            "Coverage needs a test program: write test/Spec.hs or a test-suite.",
        )


class Profiled(Telling):
    """`profile`: what each top-level function took, by the name that its source has.

    Cost centres that GHC sets after it optimised (`-fprof-late`) slow nothing down, but most bear names that
    GHC made up (`$sgo8`), without a place in the source.
    """

    file = "program.prof"

    @property
    def way(self) -> Way:
        # Template Haskell needs an interpreter of profiled code: GHC itself is none.
        flags = ("-prof", "-fprof-auto-top", "-fexternal-interpreter", "-pgmi", str(INTERPRETER))
        return Way(f"profile-O{self.level}", self.level, flags)

    @property
    def surroundings(self) -> dict[str, str]:
        return {VARIABLE: "profile"}

    async def prepare(self) -> Program:
        if not INTERPRETER.with_name("iserv-prof").exists():
            raise Refusal("compile_failed", "This toolchain has no packages for profiling.")
        return await super().prepare()

    def report(self, text: str) -> Report:
        return profile.parse(text, self.lines, self.layout.sources)

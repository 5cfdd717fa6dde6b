"""Runs the workspace's tests out of the warm GHCi: all of them, or one by its target."""

import re

from sandbox.agent.interpret import Interpret
from sandbox.agent.layout import Layout, is_test, program_name
from sandbox.agent.loaded import Loaded
from sandbox.agent.program import Program
from sandbox.agent.warm import NotRunnable
from sandbox.messages import Target
from sandbox.spelling import SMALL_NAME

_DOCTEST = "(System.Environment.getArgs Prelude.>>= Test.DocTest.doctest)"
_CHECK = (
    "(Test.QuickCheck.quickCheckResult $(Test.QuickCheck.All.monomorphic (Language.Haskell.TH.mkName {name}))"
    " Prelude.>>= \\result -> if Test.QuickCheck.isSuccess result"
    " then System.Exit.exitSuccess else System.Exit.exitFailure)"
)
_NAME = re.compile(SMALL_NAME)
COMMAND_SECONDS = 5.0


class Tests(Interpret):
    """`test`: the test suite's program, else `test/Spec.hs` and the like, else the examples in comments."""

    @property
    def run_seconds(self) -> float:
        return self.limits.test_seconds

    @property
    def loads(self) -> bool:
        return True

    def entry(self, layout: Layout) -> str:
        if self.start.target:
            return self._targeted(layout, self.start.target)
        if self.start.entry is not None:
            return self.chosen_entry(layout)
        entry = suite(layout) or self._documented(layout)
        if entry is None:
            raise self.refused(
                "test/Spec.hs",
                "The workspace has no tests: write test/Spec.hs, a test-suite or >>> examples in comments.",
            )
        return entry

    def _documented(self, layout: Layout) -> str | None:
        return next(iter(documented(layout)), None)

    def _targeted(self, layout: Layout, target: Target) -> str:
        """The program that has the target in it; the target's own file where there is none."""
        path = self.chosen_entry(layout)
        if target.kind == "property" or layout_entry(layout, path):
            return path
        programs = [layout.test_entry(), *layout.mains()]
        return next((program for program in programs if program and path in layout.closure(program)), path)

    async def fork(self, loaded: Loaded, entry: str) -> Program:
        target = self.start.target
        if target and target.kind == "property":
            return await self._check(loaded, entry, target.name)
        if target and not layout_entry(loaded.layout, entry):
            action = f"(Test.Hspec.hspec {loaded.layout.sources[entry].module}.spec)"
            return await self._only(action, entry)
        if target:
            return await self._only(f"{loaded.layout.sources[entry].module}.main", entry)
        if layout_entry(loaded.layout, entry):
            return await super().fork(loaded, entry)
        self.reads_files = True  # doctest loads them into a GHCi of its own
        options = loaded.layout.options
        arguments = [*options.ghc, "-i" + ":".join(options.roots), *documented(loaded.layout)]
        return await self.fork_action(_DOCTEST, "doctest", arguments)

    async def _check(self, loaded: Loaded, path: str, name: str) -> Program:
        """One property, of the module's own scope; a type that is free in it becomes Integer."""
        if not _NAME.fullmatch(name):
            raise self.refused(path, f"{name[:80]} is not the name of a property.")
        ghci = self.tools.loader.warm.ghci
        await ghci.command(f":module *{loaded.layout.sources[path].module}", COMMAND_SECONDS)
        await ghci.command(":seti -XTemplateHaskell", COMMAND_SECONDS)
        try:
            return await self._run(_CHECK.format(name=f'"{name}"'), path, [])
        finally:
            if ghci.alive:
                await ghci.command(":seti -XNoTemplateHaskell", COMMAND_SECONDS)
                await ghci.command(":module", COMMAND_SECONDS)

    async def _only(self, action: str, path: str) -> Program:
        """A test program that runs what the target names."""
        assert self.start.target  # noqa: S101 - asked for by fork
        return await self._run(action, path, selection(self.start.target))

    async def _run(self, action: str, path: str, arguments: list[str]) -> Program:
        try:
            return await self.fork_action(action, program_name(path), arguments)
        except NotRunnable as reason:
            raise self.refused(path, f"GHC cannot run it. {' '.join(str(reason).split())}") from None


def selection(target: Target) -> list[str]:
    """A test program's arguments that leave only this test or group of tests."""
    if target.kind == "tasty":  # between slashes stands plain text; whole names of groups stand between dots
        name = re.sub(r"[/\\]", r"\\\g<0>", target.name)
        return ["-p", f'"." $0 "." ~ /.{name}./']
    return ["--match", f"/{target.name}/"]


def suite(layout: Layout) -> str | None:
    """The workspace's test program."""
    programs = [path for path in layout.mains() if is_test(path)]
    return layout.test_entry() or (programs[0] if programs else None)


def documented(layout: Layout) -> list[str]:
    """The files with examples in their comments."""
    return sorted(path for path, source in layout.sources.items() if source.doctests)


def layout_entry(layout: Layout, entry: str) -> bool:
    """Is this file a program of its own?"""
    return layout.sources[entry].defines_main

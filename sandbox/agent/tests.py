"""Runs the workspace's tests out of the warm GHCi."""

from sandbox.agent.interpret import Interpret
from sandbox.agent.layout import Layout, is_test
from sandbox.agent.loader import Loaded
from sandbox.agent.program import Program

_DOCTEST = "(System.Environment.getArgs Prelude.>>= Test.DocTest.doctest)"


class Tests(Interpret):
    """`test`: the test suite's program, else `test/Spec.hs` and the like, else the examples in comments."""

    @property
    def run_seconds(self) -> float:
        return self.limits.test_seconds

    async def prepare(self) -> Program:
        self.say_started("compile")
        return await super().prepare()

    def entry(self, layout: Layout) -> str:
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

    async def fork(self, loaded: Loaded, entry: str) -> Program:
        if layout_entry(loaded.layout, entry):
            return await super().fork(loaded, entry)
        options = loaded.layout.options
        arguments = [*options.ghc, "-i" + ":".join(options.roots), *documented(loaded.layout)]
        return await self.fork_action(_DOCTEST, "doctest", arguments)


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

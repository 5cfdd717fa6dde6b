"""A GHCi of its own for the examples in comments: whatever they do, the warm GHCi has no part in it.

It comes up with the first example, stays for a while, and is ended by anything that is out of order.
"""

import asyncio
import contextlib
import math
import re
from collections.abc import AsyncIterator

from sandbox.agent import cgroup
from sandbox.agent.ghci import Ghci, GhciDied, GhciStuck
from sandbox.agent.layout import Layout
from sandbox.agent.places import WORK
from sandbox.agent.reaper import Reaper
from sandbox.agent.spawn import environment, volunteer_for_oom
from sandbox.agent.warm import INTERACTIVE, quoted
from sandbox.limits import EXAMPLE_BYTES, EXAMPLE_SECONDS, MIB
from sandbox.spelling import SMALL_NAME

IDLE_SECONDS = 120.0
LOAD_SECONDS = 20.0
HEAP_BYTES = 512 * MIB  # and never more than half of the container
WORN_BYTES = 300 * MIB
_NO_NAME = re.compile(rf"(?:Variable not in scope:|Not in scope:) ({SMALL_NAME})(?: ::|\n|$)")
_VARIABLES = 10


class NotLoaded(Exception):
    """The module cannot be loaded; says why."""


class Evaluator:
    """At most one GHCi, for one who uses it at a time."""

    def __init__(self, reaper: Reaper) -> None:
        self._reaper = reaper
        self._ghci: Ghci | None = None
        self._options: list[str] = []
        self._targets: list[str] = []
        self._end_later: asyncio.TimerHandle | None = None
        self._one = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def evaluating(self) -> AsyncIterator[None]:
        """Nobody else uses it inside. Whoever is cancelled leaves it half made, or busy: it is ended."""
        async with self._one:
            try:
                yield
            except asyncio.CancelledError:
                self.end()
                raise

    @property
    def pid(self) -> int:
        return self._ghci.pid if self._ghci else 0

    def end(self) -> None:
        """Its memory is wanted, or it is not to be trusted any more."""
        if self._end_later:
            self._end_later.cancel()
        if self._ghci:
            self._ghci.kill()
        self._ghci = None

    async def begin(self, layout: Layout, path: str) -> None:
        """A new group of examples: the module as it is on the disk, and nothing of the group before.

        Raises NotLoaded, GhciDied or GhciStuck.
        """
        ghci = await self._fitting(layout)
        targets = sorted(layout.closure(path))
        if targets == self._targets:
            said = await ghci.command(":reload", LOAD_SECONDS)
        else:
            said = await ghci.command(":load " + quoted(targets), LOAD_SECONDS)
        self._targets = targets
        if refusal := (await ghci.command(f":module *{layout.sources[path].module}", LOAD_SECONDS)).strip():
            self._targets = []
            raise NotLoaded(said.strip() or refusal)

    async def evaluate(self, source: str, *, is_property: bool) -> str:
        """What GHCi says to it; a sentence where it has to be ended. Raises GhciDied when it is gone."""
        ghci = self._ghci
        if ghci is None:
            raise GhciDied
        try:
            return await (self._property(ghci, source) if is_property else _said(ghci, source))
        except GhciStuck:
            return f"(no result within {EXAMPLE_SECONDS:.0f} s)"
        except GhciDied:
            self._ghci = None
            return "(GHCi ended: the expression ended it, or took too much memory)"
        finally:
            if not ghci.alive or not ghci.orderly:
                self.end()

    async def _property(self, ghci: Ghci, source: str) -> str:
        """Checked by QuickCheck; names that are not in scope are its arguments, as doctest has it."""
        names: list[str] = []
        for _ in range(_VARIABLES):
            said = await _said(ghci, f":{{\nlet doctest_prop {' '.join(names)} = {source}\n:}}")
            missing = [name for name in _NO_NAME.findall(said) if name not in names]
            if not missing:
                break
            names += dict.fromkeys(missing)
        if said.strip():
            return said
        await ghci.command(":seti -XTemplateHaskell", EXAMPLE_SECONDS)
        quoted_name = '(Language.Haskell.TH.mkName "doctest_prop")'
        said = await _said(ghci, f"$(Test.QuickCheck.All.polyQuickCheck {quoted_name})")
        await ghci.command(":seti -XNoTemplateHaskell", EXAMPLE_SECONDS)
        return said

    async def _fitting(self, layout: Layout) -> Ghci:
        """The one that is there, or a new one."""
        loop = asyncio.get_running_loop()
        if self._end_later:
            self._end_later.cancel()
        self._end_later = loop.call_later(IDLE_SECONDS, self.end)
        options = [*layout.options.ghc, "-i" + ":".join(layout.options.roots)]
        if self._ghci and self._ghci.alive and options == self._options and not self._is_worn():
            return self._ghci
        if self._ghci:
            await self._ghci.end()
        self._options, self._targets = options, []
        self._ghci = ghci = Ghci(self._reaper, enough_bytes=EXAMPLE_BYTES)
        heap = min(HEAP_BYTES, cgroup.memory_limit_bytes() / 2)
        rts = ["+RTS", f"-M{math.floor(heap)}", "-I0.3", "-RTS"]
        lenient = ["-fdefer-type-errors", "-fdefer-out-of-scope-variables", "-w"]
        await ghci.start([*INTERACTIVE, *options, *lenient, *rts], environment(WORK))
        volunteer_for_oom(ghci.pid)
        await ghci.command(':set prompt-cont ""', LOAD_SECONDS)
        # The module may have errors; what is asked of it may not.
        await ghci.command(":seti -fno-defer-type-errors -fno-defer-out-of-scope-variables", LOAD_SECONDS)
        return ghci

    def _is_worn(self) -> bool:
        return self._ghci is not None and self._ghci.memory_bytes() > WORN_BYTES


async def _said(ghci: Ghci, source: str) -> str:
    return await ghci.command(source, EXAMPLE_SECONDS)

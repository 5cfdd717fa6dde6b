"""The warm GHCi and its successors: each load goes to one that fits it, and one that died is followed."""

import asyncio
from collections.abc import Callable

from sandbox.agent import cgroup
from sandbox.agent import diagnostics as messages
from sandbox.agent.ghci import GhciDied, GhciStuck, MakeHear
from sandbox.agent.layout import Layout
from sandbox.agent.said import report_of
from sandbox.agent.warm import Warm
from sandbox.limits import MIB

GHCI_BYTES = 320 * MIB  # one that grew beyond this is started anew
SMALL_GHCI_BYTES = 128 * MIB  # in the smallest container
GHCI_LOADS = 1000
_NOTHING_LOADED = "Failed, no modules loaded."


class Succession:
    """One load at a time. `before` is the layout that was loaded last."""

    def __init__(self, make_warm: Callable[[], Warm]) -> None:
        self._make_warm = make_warm
        self.warm = make_warm()
        self._first_bytes: int | None = None  # what the GHCi that is up held after its first load
        self.given_up = False  # nobody waits for the load under way any more

    def give_up(self) -> None:
        """End the load under way."""
        self.given_up = True
        if self.warm.is_up:  # one that starts would be left half made
            self._giving_up = asyncio.ensure_future(self.warm.ghci.interrupt())

    async def load_patiently(
        self,
        now: Layout,
        before: Layout,
        focus: str | None,
        entry: str | None,
        timeout: float,
        hear: MakeHear | None = None,
    ) -> str:
        """As `load`, once more when GHCi ended, unless a new one had too little memory."""
        kills = cgroup.oom_kills()
        try:
            return await self.load(now, before, focus, entry, timeout, hear)
        except GhciDied:
            fresh = self.warm.loads <= 1
            if self.given_up or (fresh and cgroup.oom_kills() > kills):
                raise
            return await self.load(now, before, focus, entry, timeout, hear)

    async def load(
        self,
        now: Layout,
        before: Layout,
        focus: str | None,
        entry: str | None,
        timeout: float,
        hear: MakeHear | None = None,
    ) -> str:
        """Returns what GHC said; each command of it has a `hear` of its own. Raises GhciStuck or GhciDied."""
        warm = await self._fitting(now)
        if self.given_up:
            raise GhciStuck
        if _moved(before, now):
            warm.targets = []
        said = await warm.load(now.options.roots, now.targets(focus), timeout, hear)
        if entry and _NOTHING_LOADED in said:
            needed = now.closure(entry)
            found = report_of(said, now, focus, {}).found
            if not any(messages.errors(found.get(path, [])) for path in needed):
                said += await warm.load(now.options.roots, sorted(needed), timeout, hear)
        return said

    async def _fitting(self, now: Layout) -> Warm:
        """The warm GHCi, or a new one when it is not sound, has other options or is worn."""
        warm = self.warm
        if warm.ghci.sound and not self._is_worn() and warm.options == now.options.ghc:
            return warm
        await warm.ghci.end()
        self._first_bytes = None
        self.warm = warm = self._make_warm()
        await warm.start(now.options.ghc)
        return warm

    def _is_worn(self) -> bool:
        """It was used for long, or a program forked from it lacks memory that the workspace does not need."""
        held = self.warm.ghci.memory_bytes()
        if self._first_bytes is None:
            self._first_bytes = held if self.warm.loads else None
            return False
        grew = held > 1.5 * self._first_bytes
        return self.warm.loads > GHCI_LOADS or (grew and held > enough_bytes(cgroup.memory_limit_bytes()))


def enough_bytes(container_bytes: float) -> float:
    """What a GHCi may hold: the programs that are forked from it copy that, and need the rest."""
    return max(SMALL_GHCI_BYTES, min(GHCI_BYTES, container_bytes / 3))


def _moved(before: Layout, now: Layout) -> bool:
    """GHC would take a module for unchanged that lies elsewhere now, and tell of its old place."""
    old = {source.module: path for path, source in before.sources.items()}
    return any(old.get(each.module, path) not in now.sources for path, each in now.sources.items())

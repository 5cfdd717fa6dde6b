"""Keeps the warm GHCi on the workspace's latest files, and publishes what GHC says about them.

edit ─► changed() ─► worker ─┐
                             ├─► one load at a time, skipped when nothing changed since the last
start ─► current(entry) ─────┘
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from sandbox.agent import diagnostics as messages
from sandbox.agent.files import Files
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.layout import Layout, is_haskell, layout
from sandbox.agent.package import options_of
from sandbox.agent.warm import Warm
from sandbox.messages import Diagnostic, Published

LOAD_SECONDS = 60.0
IMPATIENT_SECONDS = 1.5  # a load that takes longer gives way to a newer edit
GHCI_BYTES = 320 << 20  # a GHCi that grew beyond this is started anew
GHCI_LOADS = 1000


@dataclass(frozen=True)
class Loaded:
    """What the last load made of the workspace."""

    layout: Layout = field(default_factory=lambda: layout({}, options_of({})[0]))
    modules: frozenset[str] = frozenset()  # files whose code GHCi has
    failure: str | None = None  # GHC itself failed: a sentence
    died: bool = False
    timed_out: bool = False


class Loader:
    """The only one that tells the warm GHCi to load."""

    def __init__(
        self, files: Files, make_warm: Callable[[], Warm], publish: Callable[[Published], None]
    ) -> None:
        self._files = files
        self._make_warm = make_warm
        self._publish = publish
        self._changed = asyncio.Event()
        self._complete = asyncio.Event()
        self._complete.set()
        self._lock = asyncio.Lock()
        self._loading_since: float | None = None
        self._given_up = False
        self._held = False
        self._generation = -1
        self._focus: str | None = None
        self._found: dict[str, list[Diagnostic]] = {}
        self._said: dict[str, list[Diagnostic]] = {}
        self._unanswered: set[str] = set()
        self.loaded = Loaded()
        self.warm = make_warm()

    # --- what changed ---------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Files changed: load them soon, or wait for contents that must still come."""
        if self._held or self._files.missing():
            self._complete.clear()
            return
        self._complete.set()
        self._changed.set()
        self._hurry()

    def hold(self, held: bool) -> None:
        """While held nothing is loaded or compiled: the overlay is being put back."""
        self._held = held
        self.changed()

    def edited(self, path: str) -> None:
        """An editor waits for the diagnostics of this file."""
        self._unanswered.add(path)
        if is_haskell(path):
            self._look_at(path)
        self.changed()

    def _look_at(self, path: str) -> None:
        """Of several `Main`s GHCi holds the one that was edited last."""
        source = self.loaded.layout.sources.get(path)
        if source is None or source.module == "Main":
            self._focus = path

    def _hurry(self) -> None:
        """A load that takes long gives way to the newer text."""
        now = asyncio.get_running_loop().time()
        if self._loading_since is None:
            return
        wait = max(self._loading_since + IMPATIENT_SECONDS - now, 0)
        asyncio.get_running_loop().call_later(wait, self._give_way, self._loading_since)

    def _give_way(self, since: float) -> None:
        if self._loading_since == since and self._files.generation != self._generation and not self._given_up:
            self._given_up = True
            self._task = asyncio.ensure_future(self.warm.ghci.interrupt())

    # --- loading --------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Bring the first GHCi up."""
        async with self._lock:
            await self.warm.start([])

    async def work(self) -> None:
        """Load after each change, for ever; changes that come during a load make one more."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._complete.wait()
            async with self._lock:
                if not self._is_current(None):
                    await self._load(None, LOAD_SECONDS, background=True)
                self._answer()

    @contextlib.asynccontextmanager
    async def current(self, entry: str | None, timeout: float) -> AsyncIterator[Loaded]:
        """The workspace as it is now, loaded with this entry; nothing else is loaded inside the context."""
        await self._complete.wait()
        async with self._lock:
            if not self._is_current(entry):
                await self._load(entry, timeout)
                self._answer()
            yield self.loaded

    async def contents_complete(self) -> None:
        await self._complete.wait()

    def lost(self) -> list[str]:
        """Tracked files whose contents nobody has."""
        return self._files.lost()

    def place(self) -> dict[str, bytes]:
        """Put the files in place for a compiler; returns their contents. Raises OSError."""
        self._files.place()
        return self._files.contents()

    def layout(self) -> Layout:
        """The layout of the files as they are now."""
        contents = self._files.contents()
        return layout(contents, options_of(contents)[0])

    def _is_current(self, entry: str | None) -> bool:
        return (
            self._generation == self._files.generation
            and self.warm.ghci.alive
            and (entry is None or entry == self._focus)
        )

    async def _load(self, entry: str | None, timeout: float, *, background: bool = False) -> None:
        loop = asyncio.get_running_loop()
        contents = self._files.contents()
        generation = self._files.generation
        options, complaints = options_of(contents)
        now = layout(contents, options)
        self._focus = entry or self._usable_focus(now)
        self._loading_since = loop.time() if background else None
        self._given_up = False
        try:
            self._files.place()
            said = await self._say_load(now, timeout)
        except (GhciStuck, GhciDied) as failure:
            self._failed(now, failure, generation)
            return
        except OSError as failure:
            self.loaded = Loaded(now, failure=f"The files could not be written: {failure.strerror}.")
            self._generation = generation
            return
        finally:
            self._loading_since = None
        self._generation = generation
        self._take(now, contents, said, complaints)

    def _usable_focus(self, now: Layout) -> str | None:
        if self._focus in now.sources:
            return self._focus
        mains = [path for path, source in now.sources.items() if source.module == "Main"]
        return now.default_entry() or (mains[0] if mains else None)

    async def _say_load(self, now: Layout, timeout: float) -> str:
        warm = self.warm
        worn = warm.loads > GHCI_LOADS or (warm.loads % 16 == 15 and warm.memory_bytes() > GHCI_BYTES)
        if not warm.ghci.alive or worn or (warm.options != now.options.ghc):
            warm.ghci.kill()
            self.warm = warm = self._make_warm()
            await warm.start(now.options.ghc)
        return await warm.load(now.options.roots, now.targets(self._focus), timeout)

    def _failed(self, now: Layout, failure: Exception, generation: int) -> None:
        """GHC did not finish: say so, unless a newer edit is the reason."""
        if self._given_up:
            return
        if isinstance(failure, GhciStuck):
            self.loaded = Loaded(
                now, failure="GHC did not finish loading the modules in time.", timed_out=True
            )
            self._generation = generation
        else:
            self.loaded = Loaded(now, failure="GHC ended while it was loading the modules.", died=True)
            self._generation = -1

    # --- telling --------------------------------------------------------------------------------------------

    def _take(self, now: Layout, contents: dict[str, bytes], said: str, complaints: dict[str, str]) -> None:
        fallback = self._focus or next(iter(now.sources), "Main.hs")
        report = messages.parse(said, lines_of(contents), fallback)
        for path in report.compiled | report.found.keys():
            self._found[path] = report.found.get(path, [])
        self._found = {path: found for path, found in self._found.items() if path in contents and found}
        for path, sentence in complaints.items():
            self._found[path] = [messages.complaint(path, sentence)]
        for path in now.sources:
            if fault := messages.encoding_fault(path, contents[path]):
                self._found[path] = [fault]
        self.loaded = Loaded(now)

    def diagnostics(self, paths: set[str]) -> list[Diagnostic]:
        """What GHC last said about these files."""
        return messages.bounded(each for path in sorted(paths) for each in self._found.get(path, []))

    def _answer(self) -> None:
        """Publish what changed, and what an editor waits for."""
        differing = {
            path
            for path in self._found.keys() | self._said.keys()
            if self._found.get(path, []) != self._said.get(path, [])
        }
        for path in sorted(differing | self._unanswered):
            found = messages.bounded(self._found.get(path, []))
            version = self._files.versions.get(path)
            self._publish(Published(uri=messages.uri(path), version=version, diagnostics=found))
        self._said = dict(self._found)
        self._unanswered.clear()


def lines_of(contents: dict[str, bytes]) -> messages.Lines:
    """A file's lines as GHC counts them."""

    def lines(path: str) -> list[str]:
        text = contents.get(path, b"").decode(errors="replace")
        return text.removeprefix("\ufeff").split("\n")

    return lines

"""Keeps the warm GHCi on the workspace's latest files, and publishes what GHC says about them.

edit ─► changed() ─► worker ─┐
                             ├─► one load at a time, skipped when nothing changed since the last
start ─► current(entry) ─────┘
"""

import asyncio
import contextlib
import errno
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from functools import partial

from sandbox.agent import diagnostics as messages
from sandbox.agent import hints
from sandbox.agent.board import Board
from sandbox.agent.bystanders import Bystanders
from sandbox.agent.files import Files
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.hearing import Hearing
from sandbox.agent.layout import Layout, is_haskell, layout
from sandbox.agent.loaded import Loaded
from sandbox.agent.package import laid_out, options_of
from sandbox.agent.patience import Patience
from sandbox.agent.places import WORK, temporary
from sandbox.agent.said import fallback, report_of
from sandbox.agent.succession import Succession
from sandbox.agent.telling import Advise, Telling
from sandbox.agent.turns import Turns
from sandbox.agent.warm import Warm
from sandbox.limits import RENAME_SECONDS
from sandbox.messages import Diagnostic, Published

log = logging.getLogger(__name__)

LOAD_SECONDS = 60.0
TRIAL_PATIENCE_SECONDS = RENAME_SECONDS / 3  # that a trial waits for its turn: the rest is for its loads


class Loader:
    """The only one that tells the warm GHCi to load."""

    def __init__(
        self,
        files: Files,
        make_warm: Callable[[], Warm],
        publish: Callable[[Published], None],
        keep: Callable[[Collection[str]], None],
        known: Callable[[str], str | None],
    ) -> None:
        self._files = files
        self._keep = keep  # of these files alone what GHC knows
        self._changed = asyncio.Event()
        self._settled = asyncio.Event()  # GHCi has seen the latest files
        self._turns = Turns()
        self.bystanders = Bystanders()
        self._on_trial = False
        self._loading_generation = -1
        self._patience = Patience(self._is_outdated, self.give_up)
        self._generation = -1
        self._focus: str | None = None
        self._edited_focus: str | None = None  # since the trial began
        self._loaded_focus: str | None = None
        self.board = Board(publish)  # what each file's editors are told
        self._known = known  # a file's text as GHC last checked it
        self.advise: Advise = lambda *_: {}
        self.loaded = Loaded()
        self._succession = Succession(make_warm)

    @property
    def warm(self) -> Warm:
        """The GHCi that is up now."""
        return self._succession.warm

    # --- what changed ---------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Files changed: load them soon, or wait for contents that must still come."""
        if self._turns.are_held or self._files.missing():
            self._turns.close()
            self._settled.clear()
            return
        self._turns.open()
        self._changed.set()
        self._settled.clear()
        self._patience.hurry()

    def hold(self, holder: object) -> None:
        """Nothing is loaded or compiled until each holder has released it."""
        self._turns.hold(holder)
        self.changed()

    def release(self, holder: object) -> None:
        self._turns.release(holder)
        self.changed()

    def edited(self, path: str) -> None:
        """An editor waits for the diagnostics of this file."""
        self.board.edited(path)
        if is_haskell(path):
            self._look_at(path)
        self.changed()

    def _look_at(self, path: str) -> None:
        """Of several `Main`s GHCi holds the one that was edited last."""
        source = self.layout().sources.get(path)
        if source and source.module == "Main":
            self._focus = self._edited_focus = path

    def _is_outdated(self) -> bool:
        """The load under way is of an older text, and goes on."""
        return self._files.generation != self._loading_generation and not self._succession.given_up

    def give_up(self) -> None:
        """End the load under way: nobody waits for it any more."""
        self._succession.give_up()

    # --- loading --------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Bring the first GHCi up."""
        async with self._turns.loading:
            await self.warm.start([])

    async def work(self) -> None:
        """Load after each change, for ever; changes that come during a load make one more."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._turns.opened()
            async with self._turns.loading:
                await self._load_in_the_background()
            if not self._changed.is_set():
                self._settled.set()

    async def _load_in_the_background(self) -> None:
        try:
            await self._bring_up_to_date(None, LOAD_SECONDS, background=True)
        except Exception:  # it must not cost the session: the next change is loaded all the same
            log.exception("The workspace could not be loaded")
            self.board.load_was_vain()

    async def settled(self) -> None:
        """Wait until the latest files are loaded."""
        await self._settled.wait()

    @contextlib.asynccontextmanager
    async def current(self, entry: str | None, timeout: float) -> AsyncIterator[Loaded]:
        """The workspace as it is now, loaded with this entry; nothing else is loaded inside the context."""
        await self._turns.opened()
        async with self._turns.loading:
            self._try_again()
            await self._bring_up_to_date(entry, timeout)
            yield self.loaded

    @contextlib.asynccontextmanager
    async def trial(self) -> AsyncIterator[None]:
        """Nothing else is loaded or compiled inside; after it GHCi gets the workspace's own files again.

        Raises Busy.
        """
        async with self._turns.alone(TRIAL_PATIENCE_SECONDS):
            focus, self._edited_focus = self._focus, None
            trial = object()
            self.hold(trial)
            with self.bystanders.halted():
                self._on_trial = True
                try:
                    yield
                finally:
                    self._on_trial = False
                    self._place()
                    self._focus = self._edited_focus or focus
                    self._generation = -1
                    self.release(trial)

    @contextlib.asynccontextmanager
    async def compiling(self) -> AsyncIterator[dict[str, bytes]]:
        """The files' contents, in place for another compiler: no trial begins inside. Raises OSError."""
        async with self._turns.beside():
            yield self.place()

    async def faults(self, timeout: float) -> list[Diagnostic]:
        """In a trial: what does not compile of the workspace, each of its programs included."""
        self._try_again()
        for program in self.layout().programs():
            await self._bring_up_to_date(program, timeout)
        return messages.errors(self.diagnostics(set(self.layout().sources)))

    def _try_again(self) -> None:
        """What GHC did not finish is not loaded, whatever the files are."""
        if self.loaded.failure:
            self._generation = -1

    async def faults_with(self, texts: Mapping[str, bytes], timeout: float) -> list[Diagnostic]:
        """The same of what is compiled anew with these texts. Raises GhciStuck, GhciDied, or OSError."""
        self._files.put(texts)
        contents = {**self._files.contents(), **texts}
        now = laid_out(contents)
        said = ""
        for program in now.programs():
            said += await self._succession.load(now, self.loaded.layout, program, None, timeout)
        return messages.errors(report_of(said, now, self._focus, contents).flat)

    def diagnostics(self, paths: set[str]) -> list[Diagnostic]:
        """What GHC last said about these files, as a run tells it."""
        return hints.without(self.board.of(paths))

    async def contents_complete(self) -> None:
        await self._turns.opened()

    def lost(self) -> list[str]:
        """Tracked files whose contents nobody has."""
        return self._files.lost()

    def place(self) -> dict[str, bytes]:
        """Put the files in place for a program; returns their contents. Raises OSError."""
        if not self._on_trial:
            self._files.place()
        return self._files.contents()

    def layout(self) -> Layout:
        """The layout of the files as they are now."""
        return laid_out(self._files.contents())

    def is_ready(self, entry: str | None) -> bool:
        """GHCi is free and has exactly the latest files with this program: `current` has nothing to load."""
        program = entry or self.loaded.layout.default_entry()
        free = self._settled.is_set() and not self._turns.loading.locked()
        return free and not self.loaded.failure and program is not None and self._has(program)

    def _has(self, focus: str | None) -> bool:
        return (
            self._generation == self._files.generation
            and self.warm.ghci.sound
            and focus == self._loaded_focus
        )

    async def _bring_up_to_date(self, entry: str | None, timeout: float, *, background: bool = False) -> None:
        """Load unless GHCi has exactly these files already; then publish."""
        self.board.load_begins(self._files.versions)
        if self._has(entry or self._focus):
            self._place()
        elif not await self._load(entry, timeout, background=background):
            self.board.load_was_vain()
            return
        self.board.answer()

    async def _load(self, entry: str | None, timeout: float, *, background: bool) -> bool:
        """Whether it came to an end that can be told; False: it was given up for a newer text."""
        contents = self._files.contents()
        generation = self._loading_generation = self._files.generation
        options, complaints = options_of(contents)
        now = layout(contents, options)
        # An edit may change the focus before GHCi is there: this load keeps its own.
        focus = self._focus = entry or now.usable_focus(self._focus)
        self._succession.given_up = False
        telling = Telling(self.board, now, focus, contents, advise=self.advise, known=self._known)
        if background:
            self._patience.begins()
        try:
            if fault := self._place():
                self.loaded = Loaded(now, failure=fault)
                self.board.complain({fallback(now, focus): fault})
                return True
            hear = partial(Hearing, telling.done)
            said = await self._succession.load_patiently(now, self.loaded.layout, focus, entry, timeout, hear)
        except (GhciStuck, GhciDied) as failure:
            return self._failed(now, focus, failure, generation)
        except OSError as failure:  # a run is told by its own end
            if not background:
                raise
            return self._failed(now, focus, failure, generation)
        finally:
            self._patience.ends()
        if self._succession.given_up:
            return False
        self._patience.renew()
        self._generation, self._loaded_focus = generation, focus
        self.loaded = Loaded(now)
        self._keep(now.sources)
        telling.over(said, complaints)
        return True

    def _place(self) -> str | None:
        """Put the files in place; what went wrong, as a sentence."""
        try:
            self._files.place()
            temporary(WORK)
        except OSError as fault:
            full = fault.errno == errno.ENOSPC
            advice = " Delete files that programs wrote, or restart the session." if full else ""
            return f"The workspace's files could not be written: {fault.strerror}.{advice}"
        return None

    def _failed(self, now: Layout, focus: str | None, failure: Exception, generation: int) -> bool:
        """GHC did not finish: say so, unless a newer edit is the reason."""
        if self._succession.given_up:
            return False
        self.loaded = Loaded.not_loaded(now, failure)
        self._generation, self._loaded_focus = generation, focus
        self.board.complain({fallback(now, focus): self.loaded.failure or ""})
        return True

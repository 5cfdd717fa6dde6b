"""Compiles a module with everything that GHC tells of it on the way, and reads what it wrote."""

import asyncio
import contextlib
import shutil

from sandbox.agent import diagnostics as messages
from sandbox.agent import tools, written
from sandbox.agent.compiler import SHARED, own_words
from sandbox.agent.haskell_source import Source
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.loader import Loader
from sandbox.agent.places import SESSION, WORK, own
from sandbox.agent.reaper import Reaper
from sandbox.agent.said import lines_of
from sandbox.agent.views import reading, stages
from sandbox.agent.warm import plain
from sandbox.limits import DUMP_SECONDS
from sandbox.messages import Dump, Dumped

READ_BYTES = 16 << 20
KEPT = 8  # compiled modules of the newest files, at different levels
NICE = 5

Key = tuple[str, str]  # the module, and where GHC wrote


class Dumps:
    """One compiler at a time; what it wrote is read again while no file changes."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._made: list[Key] = []
        self._generation = -1

    async def answer(self, question: Dump, workspace: Workspace) -> Dumped:
        await workspace.loader.contents_complete()
        workspace.text(question.path)  # it is there
        async with self._one:
            await self._compile(question, workspace)
            return await asyncio.to_thread(_read, question)

    async def _compile(self, question: Dump, workspace: Workspace) -> None:
        key = (question.path, folder(question))
        if workspace.generation != self._generation:
            self._made.clear()
        if key in self._made:
            return
        self._generation = workspace.generation
        await compiled(question, workspace.loader, workspace.reaper)
        self._made = [*self._made, key][-KEPT:]


async def dumped(question: Dump, loader: Loader, reaper: Reaper) -> Dumped:
    """What GHC makes of the module, looked at once. Raises Unanswerable."""
    await compiled(question, loader, reaper)
    return await asyncio.to_thread(_read, question)


async def compiled(question: Dump, loader: Loader, reaper: Reaper) -> None:
    """GHC writes what there is to read. Raises Unanswerable."""
    source = loader.layout().sources.get(question.path)
    if source is None:
        raise Unanswerable("Only Haskell modules can be looked at this way.")
    _forget(question, source)
    done = await _ghc(question, loader, reaper)
    if done.code != 0:
        raise Unanswerable(_reason(done, question.path, loader))


def folder(question: Dump) -> str:
    """Where GHC writes, below the workspace."""
    kind = "-all" if question.details else "-code" if question.stage in stages.CODE else ""
    return f"{SESSION}/views/O{question.optimization}{kind}"


def _forget(question: Dump, source: Source) -> None:
    """Its object is removed, or GHC would find nothing to do; earlier views of it, too."""
    name = source.module.replace(".", "/")
    products = WORK / folder(question)
    for product in (f"{name}.o", f"{name}.hi"):
        with contextlib.suppress(OSError):
            (products / product).unlink()
    with contextlib.suppress(OSError):
        shutil.rmtree(products / "dump")


async def _ghc(question: Dump, loader: Loader, reaper: Reaper) -> tools.Done:
    options = loader.layout().options
    products = folder(question)
    own(WORK, "views", "O0")
    argv = [
        *("ghc", "--make", *options.ghc, "-v1", "-ddump-json", "-fdiagnostics-color=never"),
        *("-package-env", "-", f"-O{question.optimization}", "-g1", *SHARED, "-no-link"),
        *("-i" + ":".join(options.roots), "-outputdir", products, "-dumpdir", f"{products}/dump/"),
        *(*stages.flags(question.stage, details=question.details), plain(question.path)),
    ]
    try:
        async with loader.compiling():
            return await tools.run(reaper, argv, "", DUMP_SECONDS - 2, NICE)
    except TimeoutError:
        raise Unanswerable(f"GHC did not finish in {DUMP_SECONDS - 2:.0f} s.") from None
    except OSError as fault:
        raise Unanswerable(f"GHC could not be started: {fault.strerror}.") from None


def _reason(done: tools.Done, path: str, loader: Loader) -> str:
    """Why there is nothing to see, in a sentence."""
    if done.code is None:
        return "GHC was ended: the container has too little memory, or a run ended."
    lines = lines_of(loader.place())
    report = messages.parse(done.output + "\n" + done.errors, lines, path, loader.layout().sources)
    faults = messages.errors(report.flat)
    if not faults:
        return f"GHC could not compile this module: {own_words(report.rest)}"
    first = faults[0]
    place = f"{first.uri.removeprefix(messages.uri(''))}:{first.range.start.line + 1}"
    return f"This does not compile yet: mend its errors first.\n{place}: {first.message}"


def _read(question: Dump) -> Dumped:
    base = WORK / folder(question) / "dump"
    path = messages.normal(plain(question.path))
    try:
        raw = written.read(base / stages.file_name(path, question.stage), READ_BYTES)
        core = written.read(base / stages.file_name(path, "core"), READ_BYTES)
    except OSError:
        raise Unanswerable("GHC left nothing to look at of this module.") from None
    except written.NoReport as reason:
        raise Unanswerable(str(reason)) from None
    return reading.read(question.stage, raw, core, path, details=question.details)

"""A file as the toolchain's formatter lays it out, told as edits of the lines that change."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from difflib import SequenceMatcher

from sandbox.agent import tools
from sandbox.agent.language.text import Text
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import ANSWER_ITEMS
from sandbox.messages import Edits, Format, Replacement

FOURMOLU = ("fourmolu.yaml", ".fourmolu.yaml")
SECONDS = 8.0
SAID = 1500
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


async def answer(question: Format, workspace: Workspace) -> Edits:
    await workspace.loader.contents_complete()
    text = workspace.text(question.path)
    if not question.path.endswith(".hs"):
        raise Unanswerable("Only Haskell files (.hs) can be formatted.")
    laid_out = await _laid_out(question.path, text, workspace)
    found = await asyncio.to_thread(lambda: list(edits(text, laid_out)))
    if len(found) > ANSWER_ITEMS:
        found = [Replacement(range=Text(text).range(0, len(text)), text=laid_out)]
    return Edits(edits=found)


async def _laid_out(path: str, text: str, workspace: Workspace) -> str:
    formatter = _formatter(workspace)
    flags = workspace.layout().options.extension_flags
    options = [word for flag in flags for word in ("--ghc-opt", flag)]
    argv = [formatter, "--no-cabal", "--color", "never", *options, "--stdin-input-file", path]
    try:
        done = await tools.run(workspace.reaper, argv, text, SECONDS)
    except TimeoutError:
        raise Unanswerable(f"{formatter} did not finish in {SECONDS:.0f} s.") from None
    except OSError as fault:
        raise Unanswerable(f"{formatter} could not be started: {fault.strerror}.") from None
    if done.code is None:
        raise Unanswerable(f"{formatter} was ended: the container has too little memory, or a run ended.")
    if done.code != 0:
        raise Unanswerable(f"{formatter} cannot format this file: {_reason(done.errors, path)}")
    return done.output


def _formatter(workspace: Workspace) -> str:
    """Fourmolu where the workspace has its settings; else ormolu."""
    wanted = "ormolu" if workspace.contents().keys().isdisjoint(FOURMOLU) else "fourmolu"
    if not shutil.which(wanted):
        raise Unanswerable(f"This toolchain has no {wanted}.")
    if wanted == "fourmolu":
        workspace.loader.place()  # it reads its settings from the disk
    return wanted


def _reason(said: str, path: str) -> str:
    """The formatter's words in one sentence, with the place in the file."""
    words = " ".join(said.replace("<stdin>", path).split())
    return re.sub(r"The GHC parser \(in Haddock mode\) failed: ", "", words)[:SAID] or "it does not say why."


def edits(old: str, new: str) -> Iterator[Replacement]:
    """What makes the new text of the old one, by whole lines."""
    before, after = _LINE.findall(old), _LINE.findall(new)
    text = Text(old)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    for kind, first, last, start, end in SequenceMatcher(None, before, after).get_opcodes():
        if kind != "equal":
            span = text.range(starts[first], starts[last])
            yield Replacement(range=span, text="".join(after[start:end]))

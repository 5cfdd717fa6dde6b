"""What programs wrote beside the workspace's files: named, read piece by piece, deleted."""

import asyncio
import base64
import heapq
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.places import WORK
from sandbox.agent.walk import opened, remove, walk
from sandbox.limits import PATH_BYTES, PRODUCED_FILES, PRODUCED_PIECE_BYTES
from sandbox.messages import (
    DeleteProduced,
    FindProduced,
    Produced,
    ProducedFile,
    ProducedPiece,
    ReadProduced,
)

GHCI_HISTORY = ".ghci_history"  # of the REPL, which writes it where it runs
LATEST = 1e11  # a moment that a message has room for


async def answer(question: FindProduced, workspace: Workspace) -> Produced:
    await workspace.loader.contents_complete()  # what an archive brings back, too
    try:
        return await asyncio.to_thread(listed, WORK, workspace.contents().keys())
    except OSError as fault:
        raise Unanswerable(f"The session's files cannot be read: {fault.strerror}.") from None


async def read(question: ReadProduced, workspace: Workspace) -> ProducedPiece:
    await workspace.loader.contents_complete()
    try:
        return await asyncio.to_thread(piece, WORK, question.path, question.offset)
    except OSError as fault:
        raise Unanswerable(f"{question.path} cannot be read: {fault.strerror}.") from None


async def delete(question: DeleteProduced, workspace: Workspace) -> Produced:
    await workspace.loader.contents_complete()
    if question.path in workspace.contents():
        raise Unanswerable(f"{question.path} is a file of the workspace: delete it there.")
    try:
        remove(WORK, question.path)  # at once: meanwhile it becomes no file of the workspace
    except OSError as fault:
        raise Unanswerable(f"{question.path} cannot be deleted: {fault.strerror}.") from None
    return await answer(FindProduced(), workspace)


def listed(root: Path, tracked: Collection[str]) -> Produced:
    """The newest first. Raises OSError."""
    count = 0

    def counted() -> Iterator[ProducedFile]:
        nonlocal count
        for each in _files(root, tracked):
            count += 1
            if _can_be_told(each.path):
                yield each

    newest = heapq.nlargest(PRODUCED_FILES, counted(), key=lambda each: each.modified)
    return Produced(files=newest, count=count)


def piece(root: Path, path: str, offset: int) -> ProducedPiece:
    """What stands there at this moment; nothing beyond the end. Raises OSError."""
    with opened(root, path) as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(min(offset, end))
        data = file.read(PRODUCED_PIECE_BYTES)
    return ProducedPiece(data=base64.b64encode(data).decode(), bytes=end)


def _files(root: Path, tracked: Collection[str]) -> Iterator[ProducedFile]:
    for found in walk(root, products=False):
        found.opened.close()
        if found.is_file and found.path not in tracked and found.path != GHCI_HISTORY:
            modified = min(max(0.0, found.status.st_mtime), LATEST)
            yield ProducedFile(path=found.path, bytes=found.size, modified=modified)


def _can_be_told(path: str) -> bool:
    try:
        return len(path.encode()) <= PATH_BYTES
    except UnicodeEncodeError:
        return False

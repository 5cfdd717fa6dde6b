"""Toolchains' images reach every host, a few transfers at a time; those that nobody needs go.

    registry ──► host                       where the image's name begins with the registry's
    host ── save ── keeper ── load ──► host  else, from the least busy host that holds it

What arrived is known by its digest; another one counts as not arrived.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import msgspec

from sandbox.config import Config
from sandbox.engine.hosts import Host
from sandbox.exceptions import EngineNonsense, HostError, SandboxError
from sandbox.limits import GIB
from sandbox.messages import HostFigures, Pool, ToolchainEntry, Transfer
from sandbox.pool import jobs
from sandbox.pool.choice import DISK_FLOOR_BYTES
from sandbox.pool.readings import Reading
from sandbox.pool.watch import HostWatch

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0  # after one that failed
REMOVE_SECONDS = 30.0  # between two looks for images that nobody needs
REGISTRY = "the registry"
UNPACKING = 2  # an engine holds an image twice while it takes it
AT_MOST = 4  # times what an engine says of an image's size (compressed, with some) its archive may be


class Source(NamedTuple):
    """A host that holds an image, whoever keeps it."""

    figures: HostFigures
    host: Host


class Move(NamedTuple):
    """One image to one host; `source` None: from the registry."""

    toolchain: ToolchainEntry
    source: Source | None
    target: HostWatch


def due(pool: Pool, watches: Sequence[HostWatch], sources: Sequence[Source], registry: str) -> list[Move]:
    """What is missing where, current toolchains before those that arrive; hosts by name."""
    hosts = sorted((watch for watch in watches if _answers(watch)), key=lambda watch: watch.entry.name)
    wanted = [one for stage in ("current", "arriving") for one in pool.toolchains if one.stage == stage]
    found = []
    for toolchain in wanted:
        pulled = bool(registry) and toolchain.image.startswith(f"{registry}/")
        holders = (one for one in sources if toolchain.digest in one.figures.images)
        source = min(holders, key=_busy, default=None)
        if pulled or source:
            lacking = [one for one in hosts if toolchain.digest not in one.images]
            found += [Move(toolchain, None if pulled else source, target) for target in lacking]
    return found


def _answers(watch: HostWatch) -> bool:
    figures = watch.seen
    return bool(figures) and not watch.twin and not (figures and figures.error)


def _busy(source: Source) -> float:
    figures = source.figures
    return figures.cpu_used / figures.cpus if figures.cpus else 1.0  # nobody has measured it


class Spreader:
    """For the keeper: `tick` returns at once."""

    def __init__(self, config: Config) -> None:
        self._registry = config.registry
        self._at_once = max(1, config.transfers)
        self._paused: dict[tuple[str, str], float] = {}
        self._under_way: set[str] = set()  # hosts that take
        self._removed_at = 0.0
        self._lock = threading.Lock()
        self._workers = ThreadPoolExecutor(self._at_once + 1, thread_name_prefix="images")

    def tick(self, pool: Pool, watches: Sequence[HostWatch], sources: Sequence[Source]) -> None:
        """`watches`: the hosts that are given images; `sources`: all that may give some."""
        for move in due(pool, watches, sources, self._registry):
            name, digest = move.target.entry.name, move.toolchain.digest
            with self._lock:
                paused = time.monotonic() < self._paused.get((name, digest), 0.0)
                free = name not in self._under_way and len(self._under_way) < self._at_once and not paused
                if free:
                    self._under_way.add(name)
            if free:
                jobs.submit(self._workers, self._move, move)
        if pool.unused and time.monotonic() - self._removed_at > REMOVE_SECONDS:
            self._removed_at = time.monotonic()
            answering = [one for one in watches if _answers(one)]
            jobs.submit(self._workers, self._remove, list(pool.unused), answering)

    def close(self) -> None:
        """What is under way ends by itself, or with the process."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _move(self, move: Move) -> None:
        target, digest = move.target, move.toolchain.digest
        whence = move.source.figures.name if move.source else REGISTRY
        began = Transfer(move.toolchain.name, digest, whence, time.time())
        target.transfer = began
        log.info("host %s: takes %s from %s", target.entry.name, move.toolchain.name, whence)
        try:
            if digest not in target.host.digests():  # what came a moment ago is not seen by its watch yet
                _carry(move)
                if digest not in target.host.digests():
                    raise HostError("What arrived has another digest.")
            target.look_anew()
            target.transfer = None
        except SandboxError as error:
            log.warning("host %s: no %s: %s", target.entry.name, move.toolchain.name, error)
            self._give_up(move, began, str(error))
        except Exception:
            log.exception("host %s: no %s", target.entry.name, move.toolchain.name)
            self._give_up(move, began, "Bringing it failed: the keeper's log says how.")
        finally:
            with self._lock:
                self._under_way.discard(target.entry.name)

    def _give_up(self, move: Move, began: Transfer, why: str) -> None:
        """For a while."""
        move.target.transfer = msgspec.structs.replace(began, error=why)
        self._paused[move.target.entry.name, move.toolchain.digest] = time.monotonic() + AGAIN_SECONDS

    def _remove(self, digests: Sequence[str], watches: Sequence[HostWatch]) -> None:
        for watch in watches:
            for digest in set(digests) & set(watch.images):
                try:
                    if watch.host.remove_image(digest):
                        log.info("host %s: %s is not needed any more", watch.entry.name, digest)
                        watch.look_anew()
                except SandboxError as error:
                    log.warning("host %s: %s stays: %s", watch.entry.name, digest, error)


def _carry(move: Move) -> None:
    if move.source is None:
        move.target.host.pull(move.toolchain.image, partial(_note_progress, move.target))
        return
    image = move.toolchain.image
    whole = move.source.host.image_bytes(image)
    if lacking := lacks_disk(move.target.probe.latest(), whole):
        raise HostError(lacking)
    move.target.host.load(_counted(move.target, move.source.host.save(image), whole))


def lacks_disk(seen: Reading | None, image_bytes: int) -> str:
    """Why an image does not fit on a host's disk; empty: it does, or nobody has seen the disk yet."""
    needed = UNPACKING * image_bytes + DISK_FLOOR_BYTES
    if seen is None or not seen.disk.bytes or seen.disk.free_bytes >= needed:
        return ""
    return f"It needs {needed / GIB:.1f} GiB of disk and has {seen.disk.free_bytes / GIB:.1f} GiB. Make room."


def _counted(target: HostWatch, pieces: Iterator[bytes], whole: int) -> Iterator[bytes]:
    """The pieces, and on the host's figures how far they are."""
    passed, most = 0, AT_MOST * whole + GIB
    for piece in pieces:
        yield piece
        passed += len(piece)
        if passed > most:
            raise EngineNonsense("what it is given of the image comes to no end")
        _note_progress(target, passed, whole)


def _note_progress(target: HostWatch, passed: int, whole: int) -> None:
    if target.transfer:
        target.transfer = msgspec.structs.replace(target.transfer, bytes=passed, whole_bytes=whole)

"""Images reach the hosts that lack them, one transfer at a time, and go when nobody needs them."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec
import pytest

from sandbox.config import Config
from sandbox.engine.fakes import FakeHost
from sandbox.limits import GIB
from sandbox.messages import HostEntry, Pool, ToolchainEntry, Transfer
from sandbox.pool import spreading
from sandbox.pool.readings import Disk, Reading
from sandbox.pool.spreading import Source, Spreader, due, lacks_disk
from sandbox.pool.watch import HostWatch, Seen
from tests.sandbox.test_keeper import Idle

OLD, NEW = "sha256:old", "sha256:new"
POOL = Pool(
    hosts=[],
    toolchains=[ToolchainEntry("ghc", OLD, OLD), ToolchainEntry("ghc", NEW, NEW, stage="arriving")],
)


def watched(name: str, *digests: str) -> HostWatch:
    """A host as if it had just been looked at."""
    host = FakeHost(name, digests=digests)
    watch = HostWatch(
        HostEntry(name, "fake://"),
        host,
        None,
        Idle(),
        None,  # type: ignore[arg-type]
        toolchains=POOL.toolchains,
        round_seconds=1.0,
        grace_seconds=1.0,
    )
    watch._digests = host.digests()
    watch.seen = Seen(time.time(), [], watch._digests)
    return watch


@pytest.fixture
def spreader() -> Iterator[Spreader]:
    one = Spreader(Config())
    yield one
    one.close()


def spread(spreader: Spreader, pool: Pool, watches: list[HostWatch], done: Callable[[], bool]) -> None:
    """Tick as the keeper does, looking at the hosts between."""
    until = time.monotonic() + 10
    while not done():
        assert time.monotonic() < until
        for watch in watches:
            watch._digests = watch.host.digests()
        spreader.tick(pool, watches, sources(watches))
        time.sleep(0.01)


def sources(watches: Sequence[HostWatch]) -> list[Source]:
    return [Source(watch.figures(), watch.host) for watch in watches if watch.seen and not watch.seen.error]


def moves(pool: Pool, *watches: HostWatch, registry: str = "") -> list[tuple[str, str, str]]:
    return [
        (move.toolchain.digest, move.source.figures.name if move.source else "", move.target.entry.name)
        for move in due(pool, watches, sources(watches), registry)
    ]


def test_what_is_current_comes_before_what_arrives() -> None:
    watches = watched("a", OLD, NEW), watched("b"), watched("c", OLD)
    assert moves(POOL, *watches) == [(OLD, "a", "b"), (NEW, "a", "b"), (NEW, "a", "c")]


def test_what_nobody_has_waits_and_a_silent_host_is_left_alone() -> None:
    silent = watched("b")
    silent.seen = Seen(time.time(), [], [], error="It does not answer.")
    assert moves(POOL, watched("a", OLD), silent) == []


def test_an_image_of_the_registry_is_pulled_whoever_has_it() -> None:
    image = f"registry.example/ghc@{OLD}"
    pool = Pool(hosts=[], toolchains=[ToolchainEntry("ghc", OLD, image)])
    assert moves(pool, watched("a", OLD), watched("b"), registry="registry.example") == [(OLD, "", "b")]


def test_every_host_gets_every_image(spreader: Spreader) -> None:
    watches = [watched("a", OLD, NEW), watched("b"), watched("c", OLD)]
    spread(spreader, POOL, watches, lambda: all({OLD, NEW} <= set(one.host.digests()) for one in watches))
    assert all(watch.transfer is None for watch in watches)


def test_transfers_go_one_by_one(spreader: Spreader, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    going = threading.Semaphore(10)
    real = spreading._carry

    def counted(move: spreading.Move) -> None:
        with going:
            at_once.append(10 - going._value)
            time.sleep(0.05)
            real(move)

    monkeypatch.setattr(spreading, "_carry", counted)
    watches = [watched("a", OLD, NEW), *(watched(name) for name in "bcd")]
    spread(spreader, POOL, watches, lambda: all({OLD, NEW} <= set(one.host.digests()) for one in watches))
    assert set(at_once) == {1}


def test_what_arrives_as_something_else_is_said_and_not_repeated_at_once(
    spreader: Spreader, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = watched("a", OLD), watched("b")
    monkeypatch.setattr(source.host, "save", lambda _: iter([b"sha256:other"]))
    loaded: list[bytes] = []
    monkeypatch.setattr(target.host, "load", lambda pieces: loaded.extend(pieces))
    pool = Pool(hosts=[], toolchains=POOL.toolchains[:1])
    spread(spreader, pool, [source, target], lambda: bool(target.transfer and target.transfer.error))
    assert target.transfer
    assert target.transfer.error == "What arrived has another digest."
    for _ in range(20):
        spreader.tick(pool, [source, target], sources([source, target]))
        time.sleep(0.01)
    assert len(loaded) == 1


def test_a_mistake_of_ours_is_said_and_not_repeated_at_once(
    spreader: Spreader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    source, target = watched("a", OLD), watched("b")
    tries: list[str] = []

    def mistaken(image: str) -> int:
        tries.append(image)
        return 1 // 0

    monkeypatch.setattr(source.host, "image_bytes", mistaken)
    pool = Pool(hosts=[], toolchains=POOL.toolchains[:1])
    spread(spreader, pool, [source, target], lambda: bool(target.transfer and target.transfer.error))
    assert target.transfer
    assert target.transfer.error == "Bringing it failed: the keeper's log says how."
    assert "ZeroDivisionError" in caplog.text
    for _ in range(20):
        spreader.tick(pool, [source, target], sources([source, target]))
        time.sleep(0.01)
    assert len(tries) == 1


def test_a_mistake_while_images_go_is_logged(
    spreader: Spreader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watch = watched("a", OLD)
    monkeypatch.setattr(watch.host, "remove_image", lambda _: 1 // 0)
    pool = Pool(hosts=[], toolchains=[], unused=[OLD])
    spread(spreader, pool, [watch], lambda: "ZeroDivisionError" in caplog.text)


def test_no_image_goes_where_the_disk_is_too_small(
    spreader: Spreader, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = watched("a", OLD), watched("b")
    monkeypatch.setattr(source.host, "image_bytes", lambda _: 3 * GIB)
    seen = Reading(time.time(), target.host.machine(), 0.0, 0, 0.0, 0.0, 0.0, 0.0, {})
    small = msgspec.structs.replace(seen, disk=Disk(20 * GIB, 6 * GIB))
    monkeypatch.setattr(target.probe, "latest", lambda: small)
    pool = Pool(hosts=[], toolchains=POOL.toolchains[:1])
    spread(spreader, pool, [source, target], lambda: bool(target.transfer and target.transfer.error))
    assert target.transfer
    assert target.transfer.error == "It needs 6.5 GiB of disk and has 6.0 GiB. Make room."
    assert target.host.digests() == []
    assert lacks_disk(seen, 3 * GIB) == "", "nobody has seen its disk yet"


def test_an_image_that_comes_to_no_end_is_cut_off(
    spreader: Spreader, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = watched("a", OLD), watched("b")
    monkeypatch.setattr(spreading, "GIB", 1000)
    monkeypatch.setattr(source.host, "image_bytes", lambda _: 1000)
    monkeypatch.setattr(source.host, "save", lambda _: itertools.repeat(b"x" * 100))
    monkeypatch.setattr(target.host, "load", lambda archive: list(archive))
    pool = Pool(hosts=[], toolchains=POOL.toolchains[:1])
    spread(spreader, pool, [source, target], lambda: bool(target.transfer and target.transfer.error))
    assert target.transfer
    assert "comes to no end" in target.transfer.error
    assert target.transfer.bytes <= 5000


def test_a_pull_shows_how_far_it_is(spreader: Spreader, monkeypatch: pytest.MonkeyPatch) -> None:
    target = watched("b")
    seen: list[Transfer | None] = []

    def pull(image: str, tell: Callable[[int, int], None]) -> None:
        tell(3, 9)
        seen.append(target.transfer)
        FakeHost.pull(target.host, image, tell)  # type: ignore[arg-type]

    monkeypatch.setattr(target.host, "pull", pull)
    pool = Pool(hosts=[], toolchains=[ToolchainEntry("ghc", OLD, f"registry.example/ghc@{OLD}")])
    with_registry = Spreader(Config(registry="registry.example"))
    spread(with_registry, pool, [target], lambda: target.host.digests() == [OLD])
    with_registry.close()
    assert seen[0]
    assert (seen[0].whence, seen[0].bytes, seen[0].whole_bytes) == (spreading.REGISTRY, 3, 9)


def test_as_many_images_travel_at_a_time_as_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    source, *targets = watched("a", OLD), watched("b"), watched("c"), watched("d")
    pool = Pool(hosts=[], toolchains=POOL.toolchains[:1])
    together = threading.Barrier(2, timeout=10)
    for target in targets[:2]:
        monkeypatch.setattr(target.host, "load", lambda _: together.wait())
    two = Spreader(Config(transfers=2))
    two.tick(pool, [source, *targets], sources([source]))
    together_within = time.monotonic() + 10
    while not all(target.transfer for target in targets[:2]):
        assert time.monotonic() < together_within
    assert targets[2].transfer is None
    two.close()


def test_what_nobody_needs_goes(spreader: Spreader) -> None:
    watches = [watched("a", OLD, NEW), watched("b", OLD)]
    pool = Pool(hosts=[], toolchains=[], unused=[OLD])
    spread(spreader, pool, watches, lambda: [one.host.digests() for one in watches] == [[NEW], []])

"""Redis goes away for a while, with or without what it held."""

import asyncio
import signal

import pytest

from sandbox import keys
from sandbox.exceptions import SandboxError
from sandbox.messages import Finished
from tests.faults.conftest import ENGINE, Ground, text_of
from tests.faults.test_workers import count

pytestmark = pytest.mark.engine


@pytest.fixture
def workers() -> int:
    return 1


def of_each(ground: Ground) -> tuple[int, int]:
    """Keepers and workers that say that they live."""
    return ground.redis.zcard(keys.KEEPERS), ground.redis.hlen(keys.WORKERS)


async def restart_redis(ground: Ground, *, emptied: bool, seconds: float = 0) -> None:
    if emptied:
        await asyncio.to_thread(ground.processes.end, "redis", signal.SIGKILL)
    else:
        ground.redis.shutdown(save=True)  # takes no write after what it keeps, as with append-only files
        await asyncio.to_thread(ground.processes.end, "redis")
    await asyncio.sleep(seconds)
    if emptied:
        (ground.directory / "dump.rdb").unlink(missing_ok=True)
    ground.start("redis")
    await asyncio.to_thread(ground.processes.wait, "Redis", ground.redis_answers, 20)


async def test_a_run_goes_on_after_redis_was_restarted(ground: Ground) -> None:
    await ground.open("session", count(200))
    await ground.start_run("session", "run")
    await ground.printed_at_least("run", 20)
    await restart_redis(ground, emptied=False, seconds=3)
    events = await ground.events("run", seconds=100)
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "exited", events[-1]
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    assert text_of(events).split() == [str(number) for number in range(1, 201)]


async def test_after_a_loss_of_redis_two_keepers_and_two_workers_build_everything_again(
    ground: Ground,
) -> None:
    for more in ("keeper2", "worker2"):
        ground.start(more)
    await asyncio.to_thread(ground.processes.wait, "two of each", lambda: of_each(ground) == (2, 2), 60)
    pids = ground.processes.pids
    await ground.open("session", count(2000))
    await ground.start_run("session", "run")
    await ground.printed_at_least("run", 20)
    [before] = ground.session_containers()
    await restart_redis(ground, emptied=True)
    with pytest.raises(SandboxError):
        await ground.start_run("session", "second")
    await ground.publish()
    await asyncio.to_thread(ground.processes.wait, "built", lambda: bool(ground.redis.exists(keys.BUILT)), 60)
    assert before not in ground.session_containers()
    await asyncio.to_thread(ground.processes.wait, "two of each", lambda: of_each(ground) == (2, 2), 60)
    assert ground.processes.pids | {"redis": 0} == pids | {"redis": 0}, "nobody was started anew"
    keepers = ground.redis.zrange(keys.KEEPERS, 0, -1)
    assert ground.redis.get(keys.KEEPER) in keepers
    assert ground.redis.get(keys.KEPT % ENGINE.name) in keepers
    await ground.open("session", count(3))
    await ground.start_run("session", "second")
    events = await ground.events("second")
    assert text_of(events).split() == ["1", "2", "3"]

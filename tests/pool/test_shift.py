"""Sessions leave a real machine that is drained for others, with all that they hold; runs end in peace."""

import asyncio

import msgspec
import pytest

from sandbox import keys
from sandbox.messages import Input, Status
from tests.pool.machine import Machine
from tests.pool.stand import Stand

pytestmark = [pytest.mark.pool, pytest.mark.engine]

IDLE = ("idle1", "idle2", "idle3")


def drain(pool: Stand, machines: list[Machine], *names: str) -> None:
    entries = [machine.entry for machine in machines]
    pool.hosts[:] = [msgspec.structs.replace(one, draining=one.name in names) for one in entries]
    pool.publish()


async def pauses(pool: Stand, session: str, left: str) -> list[float]:
    """Seconds from each `moved` to the `ready` after it, until it is ready elsewhere."""
    moved, found = 0.0, []
    async with asyncio.timeout(60):
        async for entry, event in pool.client.events(session, "0-0"):
            at = float(entry.partition("-")[0]) / 1000
            if isinstance(event, Status) and event.state == "moved":
                moved = at
            if isinstance(event, Status) and event.state == "ready" and moved:
                found.append(at - moved)
                if event.host != left:
                    break
    return found


async def test_a_drained_machine_is_left_by_all_and_nothing_in_mid_run_is_touched(
    pool: Stand, machines: list[Machine]
) -> None:
    first, *others = [machine.name for machine in machines]
    drain(pool, machines, *others)
    for session in (*IDLE, "busy"):
        await pool.open(session)
        assert pool.host_of(session) == first
    await pool.begin("busy", "run")
    drain(pool, machines, first)
    took = [seconds for session in IDLE for seconds in await pauses(pool, session, first)]
    print("\nmoved → ready:", ", ".join(f"{seconds * 1000:.0f} ms" for seconds in took))
    assert len(took) == len(IDLE)
    assert pool.host_of("busy") == first
    assert not await pool.client.outcome("run")
    await pool.client.send("busy", Input("run", eof=True))
    assert (await pool.outcome("run")).outcome == "exited"
    assert len(await pauses(pool, "busy", first)) == 1
    for session in (*IDLE, "busy"):
        assert (await pool.run(session, f"after-{session}")).outcome == "exited"
        assert pool.host_of(session) != first
    said = msgspec.json.decode(pool.redis.hget(keys.SESSION % "busy", "why") or b"[]")
    assert said[0]["host"] in others

"""A machine is lost, stopped or cut off with sessions on it: they go on elsewhere, and never live twice."""

import time

import pytest

from tests.pool.machine import Machine
from tests.pool.stand import Stand

pytestmark = [pytest.mark.pool, pytest.mark.engine]

USABLE_SECONDS = 30.0  # twice what `make bench` holds a quiet machine to


def named(machines: list[Machine], name: str) -> Machine:
    return next(machine for machine in machines if machine.name == name)


async def two_sessions(pool: Stand, machines: list[Machine]) -> Machine:
    """One that runs a program and an idle one, on the same machine, which is returned."""
    await pool.open("busy")
    machine = named(machines, pool.host_of("busy"))
    for other in machines:
        entry = other.entry
        pool.hosts[machines.index(other)] = type(entry)(
            entry.name, entry.address, entry.credentials, cordoned=other is not machine
        )
    pool.publish()
    await pool.open("idle")
    assert pool.host_of("idle") == machine.name
    pool.hosts[:] = [other.entry for other in machines]
    pool.publish()
    await pool.begin("busy", "run")
    return machine


async def both_go_on(pool: Stand, lost: Machine, began: float) -> None:
    assert (await pool.outcome("run")).outcome == "host_lost"
    for session in ("busy", "idle"):
        seconds = await pool.usable_after(session, began)
        print(f"{session}: usable elsewhere after {seconds:.1f} s")
        assert seconds <= USABLE_SECONDS
        assert pool.host_of(session) not in ("", lost.name)


async def nothing_lives_twice(pool: Stand, machine: Machine, before: list[str]) -> None:
    """What was on the machine when it was lost is gone from it, and the sessions stay where they are."""
    here = {session: pool.container_of(session) for session in ("busy", "idle")}

    def gone() -> bool:
        with machine.engine() as engine:
            return not {one.name for one in engine.containers.list(all=True, ignore_removed=True)} & set(
                before
            )

    await pool.until(gone, 60)
    for session, container in here.items():
        assert pool.container_of(session) == container
        assert (await pool.run(session, f"{session}-later")).outcome == "exited"


async def test_a_cable_that_is_cut_moves_sessions_and_healed_leaves_no_second_life(
    pool: Stand, machines: list[Machine]
) -> None:
    machine = await two_sessions(pool, machines)
    before = [pool.container_of(session) for session in ("busy", "idle")]
    machine.cut()
    began = time.monotonic()
    suspected = await pool.until(lambda: pool.figures(machine.name).state == "suspect")
    assert suspected < 6
    lost = await pool.until(lambda: pool.figures(machine.name).state == "lost")
    assert suspected + lost < 13
    assert {pool.figures(other.name).state for other in machines if other is not machine} == {"alive"}
    await both_go_on(pool, machine, began)
    machine.heal()
    await nothing_lives_twice(pool, machine, before)
    await pool.until(lambda: pool.figures(machine.name).state == "alive")


async def test_an_engine_that_is_stopped_moves_sessions(pool: Stand, machines: list[Machine]) -> None:
    machine = await two_sessions(pool, machines)
    before = [pool.container_of(session) for session in ("busy", "idle")]
    machine.pause()
    await both_go_on(pool, machine, time.monotonic())
    machine.resume()
    await nothing_lives_twice(pool, machine, before)


async def test_an_engine_that_is_killed_and_starts_again(pool: Stand, machines: list[Machine]) -> None:
    machine = await two_sessions(pool, machines)
    before = [pool.container_of(session) for session in ("busy", "idle")]
    machine.kill()
    await both_go_on(pool, machine, time.monotonic())
    machine.start()
    await nothing_lives_twice(pool, machine, before)
    await pool.until(lambda: pool.figures(machine.name).state == "alive", 60)

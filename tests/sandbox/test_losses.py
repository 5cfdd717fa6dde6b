"""Containers that go away or break the protocol, relays that are replaced: nothing lost, nothing twice."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable

import pytest

from sandbox import keys, scripts
from sandbox.client import Client
from sandbox.connections import Redis
from sandbox.engine.fake_agent import ScriptedAgent
from sandbox.engine.fakes import FakeHost
from sandbox.engine.hosts import Spec
from sandbox.exceptions import Fenced, HostError, SessionLost
from sandbox.limits import FRAME_BYTES, KIB, MIB
from sandbox.messages import (
    Deliver,
    Diagnostic,
    End,
    Finished,
    Frame,
    Hibernate,
    Input,
    Measure,
    Output,
    Overlay,
    Position,
    Published,
    Range,
    Received,
    Refused,
    Restart,
    Say,
    Start,
    Started,
    Stop,
    Sync,
    Timings,
    Usage,
)
from sandbox.relay import attachment
from sandbox.relay.session import LOST
from tests.sandbox.agents import Keeping, Mute, Saying, say
from tests.sandbox.conftest import Agents, Relays, opening
from tests.sandbox.test_relay import events_of, start, until_state

HASH = "b" * 64


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def outcome(client: Client, run_id: str) -> Finished:
    async with asyncio.timeout(30):
        while not (finished := await client.outcome(run_id)):
            await asyncio.sleep(0.02)
    return finished


def container_of(redis: Redis) -> str:
    name: bytes = redis.hget(keys.SESSION % "session", "container") or b""
    return name.decode()


async def begin(client: Client, run_id: str = "run", *args: str) -> None:
    """A run that has started."""
    await client.open(opening(), {"Main.hs": HASH})
    await client.send("session", start(run_id, *(args or ("echo",))))
    async with asyncio.timeout(30), client.follow(run_id) as follower:
        await anext(aiter(follower))


# --- containers that go ---------------------------------------------------------------------------


async def test_a_run_whose_container_went_ends_as_host_lost(
    client: Client, host: FakeHost, redis: Redis
) -> None:
    await begin(client)
    host.remove(container_of(redis))
    events = await events_of(client, "run")
    assert isinstance(events[-1][1], Finished)
    assert events[-1][1].outcome == "host_lost"
    assert [type(event) for _, event in events].count(Finished) == 1


async def test_a_lost_session_reopens_at_its_next_message_with_its_files(
    client: Client, host: FakeHost, agents: Agents, redis: Redis
) -> None:
    agents.make = Keeping
    await begin(client)
    await client.send("session", Sync({"Other.hs": HASH}))
    await until(lambda: {"Other.hs": HASH} in agents.made[0].manifests)
    host.remove(container_of(redis))
    await until_state(client, "session", "lost")
    assert len(agents.made) == 1
    await client.send("session", start("second"))
    assert (await outcome(client, "second")).outcome == "exited"
    assert agents.made[1].manifests[0] == {"Other.hs": HASH}
    assert len(agents.made[1].received) == 2, "the run that had started must not run again"


async def test_what_programs_wrote_is_said_to_be_gone_with_a_container_that_had_a_run(
    client: Client, host: FakeHost, agents: Agents, redis: Redis
) -> None:
    agents.make = Keeping
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    host.remove(container_of(redis))
    assert (await until_state(client, "session", "lost")).left_out is None
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"
    host.remove(container_of(redis))
    told = (await until_state(client, "session", "lost")).left_out
    assert told
    assert told.reason == LOST
    await client.send("session", Sync({}))
    assert (await until_state(client, "session", "ready")).left_out == told


async def test_what_programs_wrote_is_said_to_be_gone_after_a_loss_of_redis(
    client: Client, agents: Agents, redis: Redis
) -> None:
    agents.make = Keeping
    redis.hset(keys.BEREFT, "session", time.time())
    await client.open(opening(), {})
    told = (await until_state(client, "session", "ready")).left_out
    assert told
    assert told.reason == LOST
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"
    await client.send("session", Hibernate())
    assert (await until_state(client, "session", "hibernated")).left_out is None
    await client.open(opening(), {})
    assert (await until_state(client, "session", "ready")).left_out is None, "it was told"


async def test_a_start_that_was_not_received_is_given_to_the_next_container(
    client: Client, host: FakeHost, agents: Agents, redis: Redis
) -> None:
    class Deaf(ScriptedAgent):
        def _deliver(self, command: Deliver) -> Iterable[Frame]:
            return super()._deliver(command) if isinstance(command.message, Sync) else []

    agents.make = Deaf
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    await client.send("session", start("run"))
    await until(lambda: redis.hexists(keys.RUN % "run", "delivered"))
    agents.make = ScriptedAgent
    host.remove(container_of(redis))
    assert (await outcome(client, "run")).outcome == "exited"
    assert len(agents.made) == 2


async def test_the_next_container_waits_for_the_name_of_a_lost_one_that_takes_long_to_go(
    client: Client, host: FakeHost, agents: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = host.remove

    def slowly(container: str) -> None:
        time.sleep(2)
        removed(container)

    monkeypatch.setattr(attachment, "ATTACH_SECONDS", 1.0)
    monkeypatch.setattr(host, "remove", slowly)
    monkeypatch.setattr(Mute, "silent", True)
    agents.make = Mute
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await until(lambda: agents.made)
    agents.make = ScriptedAgent
    assert (await outcome(client, "run")).outcome == "exited"
    assert len(agents.made) == 2


async def test_a_claim_that_was_carried_out_without_an_answer_is_no_loss(
    client: Client, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = host.create

    def unanswered(spec: Spec, name: str) -> str:
        monkeypatch.setattr(host, "create", create)
        create(spec, name)
        raise HostError("no answer in time")

    monkeypatch.setattr(host, "create", unanswered)
    await client.open(opening(), {})
    await until_state(client, "session", "ready")
    assert len([one for one in host.containers() if one.session]) == 1


async def test_a_container_that_cannot_be_had_is_tried_for_a_while_then_said(
    client: Client, agents: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachment, "ATTACH_SECONDS", 1.0)
    agents.make = Mute
    Mute.silent = True
    try:
        await client.open(opening(), {})
        await client.send("session", start("run"))
        async with asyncio.timeout(40):
            while not (finished := await client.outcome("run")):
                await asyncio.sleep(0.1)
        assert finished.outcome == "internal_error"
        assert (await until_state(client, "session", "lost")).reason
    finally:
        Mute.silent = False


async def test_an_agent_that_falls_silent_costs_its_container(
    client: Client, agents: Agents, host: FakeHost
) -> None:
    agents.make = Mute
    await begin(client)
    began = time.monotonic()
    agents.made[0].silent = True
    assert (await outcome(client, "run")).outcome == "host_lost"
    assert time.monotonic() - began < 9
    await until(lambda: not host.containers())


# --- protocol breaches ----------------------------------------------------------------------------

BREACHES: dict[str, Callable[[Start], Iterable[Frame]]] = {
    "a gap": lambda run: [say(run, 2, Started("run"))],
    "a foreign run": lambda run: [say(Start("foreign", "interpret", run.limits), 1, Started("run"))],
    "diagnostics of a run": lambda run: [say(run, 1, Published("file:///work/Main.hs", 1, []))],
    "output of the session": lambda run: [
        say(Start("", "interpret", run.limits), 1, Output("stdout", "hello"))
    ],
    "events after the end": lambda run: [
        say(run, 1, Finished("exited")),
        say(run, 2, Output("stdout", "still here")),
    ],
    "more output than it may": lambda run: [
        say(run, n, Output("stdout", "x" * 32 * KIB)) for n in range(1, 66 * MIB // (32 * KIB))
    ],
    "an endless talk": lambda run: [Measure(run.run_id, 0.0, 0)] * 30_000,
    "an archive that nobody asked for": lambda run: [Overlay("", last=True)],
    "an inbox entry that is none": lambda run: [Received("tomorrow")],
    "an inbox entry in other digits": lambda run: [Received("\u0663-\u0663")],
    "an inbox entry of the future": lambda run: [Received("9999999999999-0")],
    "an inbox entry beyond all times": lambda run: [Received("99999999999999999999999-0")],
}


@pytest.mark.parametrize("breach", BREACHES)
async def test_a_breach_ends_the_container(
    breach: str, client: Client, agents: Agents, host: FakeHost, redis: Redis
) -> None:
    redis.hset(keys.RUN % "foreign", "session", "somebody else's")
    agents.make = lambda: Saying(BREACHES[breach])
    await client.open(opening(), {})
    await client.send("session", start("run"))
    expected = "internal_error" if breach.startswith("an inbox entry") else "host_lost"
    assert (await outcome(client, "run")).outcome == expected
    await until_state(client, "session", "lost")
    await until(lambda: not host.containers())
    assert redis.xlen(keys.RUN_EVENTS % "foreign") == 0


@pytest.mark.parametrize("line", [b"nonsense\n", b'{"type":"say"}\n', b"x" * (FRAME_BYTES + 2)])
async def test_a_line_that_is_no_frame_ends_the_container(
    line: bytes, client: Client, host: FakeHost, redis: Redis
) -> None:
    await begin(client)
    for socket in host.container(container_of(redis))._clients:
        threading.Thread(target=socket.sendall, args=(line,), daemon=True).start()
    assert (await outcome(client, "run")).outcome == "host_lost"
    await until(lambda: not host.containers())


async def test_a_run_that_the_agent_refuses_ends_as_our_fault(client: Client, agents: Agents) -> None:
    class Refusing(ScriptedAgent):
        def _act(self, command: Deliver) -> Iterable[Frame]:
            if isinstance(command.message, Start):
                yield Refused(command.entry, "Not like this.")

    agents.make = Refusing
    await client.open(opening(), {})
    await client.send("session", start("run"))
    finished = await outcome(client, "run")
    assert (finished.outcome, finished.reason) == ("internal_error", "Not like this.")
    assert (await until_state(client, "session", "ready")).host == "fake"


async def test_what_a_session_says_is_bounded(client: Client, agents: Agents, redis: Redis) -> None:
    long = Diagnostic("u", Range(Position(0, 0), Position(0, 1)), 1, None, "ghc", "x" * 16_000)
    agents.make = lambda: Saying(
        lambda run: [
            *(Say("", n, Published("file:///work/Main.hs", n, [long] * 50)) for n in range(1, 21)),
            say(run, 1, Finished("exited")),
        ]
    )
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await outcome(client, "run")
    assert 4 <= redis.xlen(keys.SESSION_EVENTS % "session") <= 6
    assert redis.memory_usage(keys.SESSION_EVENTS % "session") < 6 * MIB


async def test_what_an_agent_claims_is_bounded_by_what_can_be(client: Client, agents: Agents) -> None:
    boast = Finished(
        "exited",
        timings=Timings(999, 999, 999),
        usage=Usage(cpu_seconds=1e6, peak_memory_bytes=2**50),
    )
    agents.make = lambda: Saying(lambda run: [say(run, 1, Started("run")), say(run, 2, boast)])
    await client.open(opening(), {})
    await client.send("session", start("run"))
    finished = await outcome(client, "run")
    assert finished.usage.cpu_seconds < 10
    assert finished.usage.peak_memory_bytes == opening().limits.memory_bytes
    assert finished.timings.queued_seconds < 5
    assert finished.timings.run_seconds < 10


async def test_a_run_that_outlives_its_deadline_costs_its_container(
    client: Client, host: FakeHost, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.relay.courier.allowance_seconds", lambda _: 1.0)
    await begin(client)
    assert (await outcome(client, "run")).outcome == "timed_out"
    await until(lambda: not host.containers())


# --- fencing --------------------------------------------------------------------------------------


async def test_ten_wake_ups_start_one_relay(client: Client, relays: Relays, host: FakeHost) -> None:
    await client.open(opening(), {})
    for _ in range(10):
        relays.wake("session")
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"
    assert len(host.created) == 1


async def test_a_superseded_relay_is_refused_and_the_run_goes_on(
    client: Client, relays: Relays, redis: Redis, agents: Agents
) -> None:
    await begin(client)
    await client.send("session", Input("run", "before\n"))
    redis.delete(keys.LEASE % "session")  # as if it had not renewed in time
    await asyncio.to_thread(relays.wake, "session")
    await until(lambda: agents.made[0]._epoch and redis.exists(keys.LEASE % "session"))
    await client.send("session", Input("run", "after\n"))
    await client.send("session", Input("run", eof=True))
    events = await events_of(client, "run")
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    assert [e.text for _, e in events if isinstance(e, Output)] == ["before\n", "after\n"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("renew", (1000,)),
        ("release", ("0-1", "1")),
        ("claimed", ("host", "container")),
        ("received", ("1-0", "1-1")),
        ("take", ("run",)),
        ("tell", ("0", "{}", "")),
        ("said", (1, "{}")),
        ("append", ("run", "host", "", "", 1, 1, 0, "", 0, "", 1, "{}")),
        ("finish", ("run", "host", "{}")),
        ("lose", ("{}", "{}", "")),
        ("give_up", ("{}", "{}")),
        ("forget", ("{}",)),
        ("hibernated", (HASH, "{}")),
        ("enqueue", ()),
    ],
)
async def test_every_write_of_a_superseded_relay_is_refused(
    name: str, arguments: tuple[object, ...], client: Client, redis: Redis
) -> None:
    await begin(client)
    before = redis.hgetall(keys.SESSION % "session")
    with pytest.raises(Fenced):
        scripts.run(redis, name, "session", 1, *arguments)
    assert redis.hgetall(keys.SESSION % "session") == before


# --- restart, stop and end ------------------------------------------------------------------------


async def test_a_restart_opens_a_fresh_container(client: Client, agents: Agents, host: FakeHost) -> None:
    agents.make = Keeping
    await begin(client)
    await client.send("session", Restart())
    assert (await outcome(client, "run")).outcome == "stopped"
    await client.send("session", start("second"))
    assert (await outcome(client, "second")).outcome == "exited"
    assert len(agents.made) == 2
    assert agents.made[1].manifests == [{"Main.hs": HASH}]
    assert len(host.containers()) == 1


async def test_a_run_is_stopped_before_any_container_took_it(
    client: Client, redis: Redis, agents: Agents
) -> None:
    redis.delete(keys.BUILT)  # nothing is placed
    await client.open(opening(), {})
    await client.send("session", start("run"))
    await until_state(client, "session", "waiting")
    await client.send("session", Stop("run"))
    finished = await outcome(client, "run")
    assert finished.outcome == "stopped"
    assert not agents.made


async def test_an_ended_session_leaves_nothing(client: Client, host: FakeHost, redis: Redis) -> None:
    await begin(client)
    await client.send("session", End())
    assert (await outcome(client, "run")).outcome == "stopped"
    await until(lambda: not host.containers())
    with pytest.raises(SessionLost):
        await client.send("session", Stop("run"))
    left = {key.decode() for key in redis.keys("sandbox:session:*")}
    assert left <= {keys.SESSION_EVENTS % "session", keys.SESSION_EVENTS_SIZE % "session"}
    assert not redis.smembers(keys.BUSY)


async def test_a_session_for_one_run_ends_with_it(client: Client, host: FakeHost, redis: Redis) -> None:
    await client.open(opening(once=True), {})
    await client.send("session", start("run"))
    assert (await outcome(client, "run")).outcome == "exited"
    await until(lambda: not host.containers() and not redis.exists(keys.SESSION % "session"))


async def test_a_run_that_was_ended_from_outside_is_stopped_in_its_container(
    client: Client, agents: Agents
) -> None:
    await begin(client)
    await client.finish("run", "session", Finished("internal_error"))
    assert (await outcome(client, "run")).outcome == "internal_error"
    await until(lambda: any(isinstance(d.message, Stop) for d in agents.made[0].received))
    assert [type(e) for _, e in await events_of(client, "run")].count(Finished) == 1


async def test_usage_is_shown_and_not_kept(client: Client, agents: Agents) -> None:
    agents.make = lambda: Saying(
        lambda run: [
            say(run, 1, Started("run")),
            Measure(run.run_id, 0.5, 1000),
            say(run, 2, Finished("exited")),
        ]
    )
    await client.open(opening(), {})
    entry = await client.last_entry("session")
    await client.send("session", start("run"))
    async with asyncio.timeout(30):
        async for _, event in client.events("session", entry):
            if event.__class__.__name__ == "RunUsage":
                break
    assert len(await events_of(client, "run")) == 2


async def test_relays_let_go_when_the_worker_stops(client: Client, relays: Relays, redis: Redis) -> None:
    await begin(client)
    woken = len(relays.woken)
    began = time.monotonic()
    relays.worker.stopping.set()
    await until(lambda: not redis.exists(keys.LEASE % "session"))
    assert time.monotonic() - began < 2
    await until(lambda: len(relays.woken) == woken + 1)

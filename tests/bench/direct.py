"""The same edit and run spoken straight to an agent over its attach stream: what the service adds to that."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import Channel, warm_name
from sandbox.limits import FRAME_BYTES, RunLimits
from sandbox.messages import (
    Ack,
    Attach,
    Attached,
    Blob,
    Command,
    Deliver,
    Edit,
    Finished,
    Frame,
    HostEntry,
    InboxMessage,
    Need,
    Output,
    Ready,
    Say,
    Start,
    Sync,
    decode_frame,
    encode,
)
from sandbox.relay.lines import Lines
from tests.bench import figures, program
from tests.bench.figures import WARM_UP, Bench
from tests.bench.measure import Figure, alternate, median, p95
from tests.specs import sandbox_spec
from tests.wire import Window

EPOCH = 1


class Agent:
    """One attached agent; acknowledges everything."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lines = Lines(FRAME_BYTES)
        self._entries = 0
        self._frames: list[Frame] = []

    def send(self, command: Command) -> None:
        self._channel.send(encode(command) + b"\n")

    def deliver(self, message: InboxMessage) -> None:
        self._entries += 1
        self.send(Deliver(EPOCH, f"{self._entries}-0", message))

    def until(self, wanted: Callable[[Frame], bool], wait_seconds: float = 30) -> Frame:
        """The next frame that is wanted."""
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline:
            while self._frames:
                frame = self._frames.pop(0)
                if isinstance(frame, Say):
                    self.send(Ack(EPOCH, frame.channel, frame.n))
                if wanted(frame):
                    return frame
            chunk = self._channel.receive(1.0)
            if chunk == b"":
                raise RuntimeError("the agent ended")
            self._frames += [decode_frame(line) for line in self._lines.feed(chunk or b"")]
        raise TimeoutError


@contextmanager
def agent(image: str) -> Iterator[Agent]:
    """A container of the profile with the measured program in it."""
    host = DockerHost(HostEntry(name="local", address="unix:///var/run/docker.sock"), "bench-direct")
    spec = sandbox_spec(image, "bench-direct")
    container = host.create(spec, warm_name("bench-direct"))
    try:
        channel = host.attach(container)
        one = Agent(channel)
        one.send(Attach(EPOCH, "bench"))
        attached = one.until(lambda frame: isinstance(frame, Attached))
        if not (isinstance(attached, Attached) and attached.ready):
            one.until(lambda frame: isinstance(frame, Ready))
        text = program.SOURCE.encode()
        sha256 = hashlib.sha256(text).hexdigest()
        one.deliver(Sync({"Main.hs": sha256}))
        one.until(lambda frame: isinstance(frame, Need))
        one.send(Blob(EPOCH, sha256, base64.b64encode(text).decode()))
        yield one
        channel.close()
    finally:
        host.remove(container)
        host.close()


def edit_and_run(one: Agent, number: int) -> float:
    """Seconds from the edit to the program's last line."""
    run_id = f"direct-{number}"
    began = time.perf_counter()
    one.deliver(Edit("Main.hs", number, program.edited(number)))
    one.deliver(Start(run_id, "interpret", RunLimits()))
    printed = ""
    while program.last_line(number) not in printed:
        frame = one.until(lambda frame: isinstance(frame, Say) and isinstance(frame.event, Output))
        assert isinstance(frame, Say)
        assert isinstance(frame.event, Output)
        printed += frame.event.text
    taken = time.perf_counter() - began
    one.until(lambda frame: isinstance(frame, Say) and isinstance(frame.event, Finished))
    return taken


async def overhead(bench: Bench) -> AsyncIterator[Figure]:
    """WebSocket path − agent path, the same program on both, in turn."""
    workspace = bench.stack.workspace(bench.token, {"Main.hs": program.SOURCE})
    with agent(bench.bare.image) as one:
        async with Window.open(bench.stack.url, workspace, bench.token) as window:
            await window.initialize()
            await window.did_open("Main.hs", program.SOURCE)
            await window.ready()

            async def through(number: int) -> float:
                return await figures.edit_and_run(window, number)

            async def direct(number: int) -> float:
                return await asyncio.to_thread(edit_and_run, one, number)

            ours, bare = await alternate(bench.rounds, WARM_UP, through, direct)
    yield Figure("edit → output, spoken to the agent", median(bare) * 1000, "ms")
    yield Figure("WebSocket path − agent path", (median(ours) - median(bare)) * 1000, "ms", 15)
    yield Figure("WebSocket path − agent path, p95", (p95(ours) - p95(bare)) * 1000, "ms")

"""Lines in, numbered frames out."""

import asyncio
import json
import os

from sandbox.agent.outbox import Outbox
from sandbox.agent.pipe import Lines, Writer
from sandbox.limits import FRAME_BYTES, OUTPUT_CHUNK_BYTES, UNACKNOWLEDGED_BYTES
from sandbox.messages import Finished, Output, Pong, decode_frame


def say(outbox: Outbox, text: str, channel: str = "r") -> None:
    outbox.say(channel, Output(stream="stdout", text=text))


def test_lines_are_put_together_from_any_pieces() -> None:
    lines = Lines()
    assert list(lines.feed(b"\n\nab")) == []
    assert list(lines.feed(b"c\nde\nf")) == [b"abc", b"de"]
    assert list(lines.feed(b"\n")) == [b"f"]


def test_an_over_long_line_is_dropped_and_the_next_one_is_read() -> None:
    lines = Lines(limit=4)
    assert list(lines.feed(b"12345\n1234\n")) == [b"1234"]
    assert [list(lines.feed(piece)) for piece in (b"123", b"45", b"67", b"8\nok\n")] == [[], [], [], [b"ok"]]


async def test_what_is_not_acknowledged_is_sent_again_in_order() -> None:
    sent: list[bytes] = []
    outbox = Outbox(sent.append)
    for text in "abc":
        say(outbox, text)
    outbox.send(Pong())
    outbox.acknowledge("r", 1)
    sent.clear()
    outbox.resend()
    assert [json.loads(line)["n"] for line in sent] == [2, 3]
    assert all(decode_frame(line) for line in sent)


async def test_a_run_is_forgotten_when_its_end_is_acknowledged() -> None:
    outbox = Outbox(lambda line: None)
    say(outbox, "on")
    outbox.acknowledge("r", 1)
    assert "r" in outbox._channels, "it is not over"
    outbox.say("r", Finished(outcome="exited"))
    outbox.acknowledge("r", 1)
    assert "r" in outbox._channels, "its end must be sent again"
    outbox.acknowledge("r", 2)
    outbox.acknowledge("r", 2)
    assert not outbox._channels


async def test_each_channel_counts_for_itself() -> None:
    sent: list[bytes] = []
    outbox = Outbox(sent.append)
    for channel in ("a", "b", "a"):
        say(outbox, "x", channel)
    assert [(json.loads(line)["channel"], json.loads(line)["n"]) for line in sent] == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
    ]


async def test_a_full_window_waits_for_an_acknowledgement() -> None:
    outbox = Outbox(lambda line: None)
    channel = outbox.channel("r")
    say(outbox, "x" * (UNACKNOWLEDGED_BYTES - 1))
    await asyncio.wait_for(channel.room(), 1)
    say(outbox, "y")
    waiting = asyncio.create_task(channel.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    outbox.acknowledge("r", 1)
    await asyncio.wait_for(waiting, 1)


async def test_output_that_json_makes_too_long_for_a_frame_goes_in_pieces() -> None:
    sent: list[bytes] = []
    text = "\0" * OUTPUT_CHUNK_BYTES  # each is six bytes of JSON
    say(Outbox(sent.append), text)
    assert all(len(line) <= FRAME_BYTES for line in sent)
    frames = [json.loads(line) for line in sent]
    assert [frame["n"] for frame in frames] == list(range(1, len(sent) + 1))
    assert "".join(frame["event"]["text"] for frame in frames) == text


async def test_the_writer_keeps_what_a_full_pipe_does_not_take() -> None:
    reading, writing = os.pipe()
    writer = Writer(writing)
    lines = [bytes([65 + number]) * 50_000 + b"\n" for number in range(5)]
    for line in lines:
        writer.write(line)
    got = b""
    while len(got) < sum(map(len, lines)):
        got += await asyncio.to_thread(os.read, reading, 1 << 16)
    assert got == b"".join(lines)
    await asyncio.wait_for(writer.drained(), 1)
    os.close(reading)
    os.close(writing)


async def test_a_new_relay_is_not_told_what_waited_for_the_old_one_but_lines_stay_whole() -> None:
    reading, writing = os.pipe()
    writer = Writer(writing)
    for letter in b"abc":
        writer.write(bytes([letter]) * 100_000 + b"\n")
    writer.restart()
    writer.write(b"new\n")
    got = b""
    while not got.endswith(b"new\n"):
        got += await asyncio.to_thread(os.read, reading, 1 << 16)
    assert got == b"a" * 100_000 + b"\nnew\n"
    os.close(reading)
    os.close(writing)

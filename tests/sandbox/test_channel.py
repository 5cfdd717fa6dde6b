"""The attach stream: frames taken apart, and an engine that means ill."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.exceptions import HostError, NoSuchContainer
from sandbox.relay.attach import HEADER_BYTES, attach
from sandbox.relay.channel import MULTIPLEX_BYTES, Demultiplexer, SocketChannel


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=20)), max_size=8), st.data())
def test_standard_output_comes_out_however_the_stream_is_cut(
    frames: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    wire = b"".join(frame(stream, content) for stream, content in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=10)))
    demultiplexer, output = Demultiplexer(), b""
    for begin, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        output += demultiplexer.feed(wire[begin:end])
    assert output == b"".join(content for stream, content in frames if stream == 1)


@pytest.mark.parametrize(
    "header",
    [
        b"HTTP/1.1",
        struct.pack(">BxxxL", 3, 1),
        struct.pack(">BxxxL", 1, MULTIPLEX_BYTES + 1),
        struct.pack(">BxxxL", 1, 2**32 - 1),
        b"\x01\x00\x00\x01\x00\x00\x00\x01",
    ],
)
def test_a_frame_that_no_engine_sends_is_refused(header: bytes) -> None:
    with pytest.raises(HostError):
        Demultiplexer().feed(header)


def test_empty_frames_end_in_silence_not_in_the_end() -> None:
    ours, theirs = socket.socketpair()
    channel = SocketChannel(theirs)
    ours.sendall(frame(1, b"") * 3 + frame(2, b"to standard error"))
    assert channel.receive(0.05) is None
    ours.close()
    assert channel.receive(1) == b""
    channel.close()


def test_an_agent_that_reads_nothing_holds_up_the_sender_only_for_a_time() -> None:
    ours, theirs = socket.socketpair()
    channel = SocketChannel(theirs, multiplexed=False)
    with ours, pytest.raises(HostError):
        channel.send(b"x" * 10_000_000, timeout=0.1)
    channel.close()


class Engine:
    """Listens at a socket, reads one request's header and answers with `response`; then echoes."""

    def __init__(self, path: str) -> None:
        self.address = f"unix://{path}"
        self.response = b""
        self.endless = b""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
            try:
                connection.sendall(self.response)
                while self.endless:
                    connection.sendall(self.endless)
                while data := connection.recv(4096):
                    connection.sendall(frame(1, data))
            except OSError:
                pass

    def close(self) -> None:
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def lying(tmp_path: object) -> Iterator[Engine]:
    engine = Engine(f"{tmp_path}/engine.sock")
    yield engine
    engine.close()


def test_output_that_comes_with_the_header_is_not_lost(lying: Engine) -> None:
    lying.response = b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n" + frame(1, b"early")
    channel = attach(lying.address, "", "c", 5)
    assert channel.receive(5) == b"early"
    channel.send(b"hello")
    assert channel.receive(5) == b"hello"
    channel.close()


def test_endless_headers_are_refused(lying: Engine) -> None:
    lying.endless = b"X-Header: " + b"x" * HEADER_BYTES
    with pytest.raises(HostError):
        attach(lying.address, "", "c", 5)


@pytest.mark.parametrize(
    "response",
    [b"HTTP/1.1 500 Oh\r\n\r\n", b"\r\n\r\n", b"garbage\r\n\r\n", b"HTTP/1.1 409 Conflict\r\n\r\n"],
)
def test_another_answer_is_a_fault(lying: Engine, response: bytes) -> None:
    lying.response = response
    with pytest.raises(HostError):
        attach(lying.address, "", "c", 5)


def test_an_unknown_container_is_told_apart(lying: Engine) -> None:
    lying.response = b"HTTP/1.1 404 Not Found\r\n\r\n"
    with pytest.raises(NoSuchContainer):
        attach(lying.address, "", "c", 5)


def test_an_engine_that_says_nothing_is_given_up(lying: Engine) -> None:
    with pytest.raises(HostError):
        attach(lying.address, "", "c", 0.2)

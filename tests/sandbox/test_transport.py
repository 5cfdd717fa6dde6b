"""An engine that lies, floods or stalls costs its caller a bounded time and nothing else."""

import contextlib
import errno
import gc
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest

from sandbox.engine import docker_host, transport
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.transport import Bounds
from sandbox.exceptions import EngineNonsense, HostError
from sandbox.limits import MIB
from sandbox.messages import HostEntry
from sandbox.relay.attach import connect
from tests.sandbox.liars import answer, liar

BOUNDS = Bounds(seconds=1.2, answer_bytes=MIB)
HEAD = b"HTTP/1.1 200 OK\r\n"
LIES = {
    "garbage": (b"\x00\xff garbage \r\n\r\n", b"", 0.0),
    "another protocol": (b"220 mail.example ESMTP\r\n", b"", 0.0),
    "endless headers": (HEAD, b"X-More: more\r\n", 0.0),
    "a header line without end": (HEAD + b"X: ", b"x", 0.0),
    "headers that drip": (HEAD + b"X: ", b"x", 0.05),
    "a body that drips": (answer(b"{", 100), b" ", 0.05),
    "a body without end": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\n    \r\n", 0.0),
    "an absurd length": (answer(b"", 2**70), b" ", 0.0),
    "no JSON": (answer(b"<html>"), b"", 0.0),
    "another shape": (answer(b'{"ApiVersion": "1.41", "ID": 7}'), b"", 0.0),
    "a list": (answer(b"[1]"), b"", 0.0),
    "nested without end": (answer(b"[" * 100_000), b"", 0.0),
    "no version": (answer(b'{"ApiVersion": "x.y"}'), b"", 0.0),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_called_nonsense_in_bounded_time(lie: str, tmp_path: Path) -> None:
    with liar(tmp_path, *LIES[lie]) as engine:
        host = DockerHost(HostEntry("liar", engine.address), "x", bounds=BOUNDS)
        began = time.monotonic()
        with pytest.raises(EngineNonsense):
            host.machine()
        assert time.monotonic() - began < 5 * BOUNDS.seconds
        host.close()


def test_silence_is_no_answer_and_no_lie(tmp_path: Path) -> None:
    with liar(tmp_path, b"") as engine:
        host = DockerHost(HostEntry("liar", engine.address), "x", bounds=BOUNDS)
        with pytest.raises(HostError, match="does not answer") as caught:
            host.machine()
        assert not isinstance(caught.value, EngineNonsense)
        host.close()


@pytest.mark.parametrize("reads", [True, False], ids=["takes all and says nothing", "takes nothing"])
def test_an_engine_that_stalls_keeps_an_image_no_longer_than_it_may_do_nothing(
    reads: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_host, "TRANSFER", Bounds(seconds=600.0, quiet_seconds=0.4))

    def says(request: bytes) -> bytes:
        if b"/version" in request:
            return answer(b'{"ApiVersion": "1.41"}')
        if not reads:
            time.sleep(2)
        return b""

    with liar(tmp_path, says) as engine:
        host = DockerHost(HostEntry("far", engine.address), "x")
        began = time.monotonic()
        with pytest.raises(HostError, match="no answer in time"):
            host.load(iter([bytes(MIB)] * 8))
        assert time.monotonic() - began < 10
        host.close()


@pytest.mark.parametrize("fault", [ConnectionResetError, BrokenPipeError, ConnectionRefusedError])
def test_an_engine_that_dies_while_it_is_dialled_does_not_answer(
    fault: type[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def reset(*_: object) -> NoReturn:
        raise fault(errno.ECONNRESET, "Connection reset by peer")

    monkeypatch.setattr(transport, "connect", reset)
    host = DockerHost(HostEntry("far", "tcp://127.0.0.1:1"), "x", bounds=BOUNDS)
    with pytest.raises(HostError, match="does not answer: Connection reset by peer") as caught:
        host.machine()
    assert not isinstance(caught.value, EngineNonsense)


def test_credentials_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "ca.pem").touch()
    host = DockerHost(HostEntry("far", "tcp://127.0.0.1:1", "far"), "x", folder=str(tmp_path))
    with pytest.raises(HostError, match=r"'far' lack cert\.pem: No such file"):
        host.machine()


def test_connections_close_with_the_last_who_uses_their_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def dial(*asked: Any) -> Any:
        made.append(connect(*asked))
        return made[-1]

    monkeypatch.setattr(transport, "connect", dial)
    with liar(tmp_path, answer(b'{"ApiVersion": "1.41"}')) as engine:
        host = DockerHost(HostEntry("left", engine.address), "x", bounds=BOUNDS)
        with contextlib.suppress(HostError):
            host.machine()
        assert [one.fileno() >= 0 for one in made] == [True]
        del host
        gc.collect()
        assert [one.fileno() for one in made] == [-1]

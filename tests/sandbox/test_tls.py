"""A host over TLS: both sides are checked, and the environment's certificates play no part."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine import profile
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import warm_name
from sandbox.exceptions import HostError
from sandbox.messages import HostEntry
from sandbox.pool.preflight import examine, warnings
from tests.specs import sandbox_spec

pytestmark = pytest.mark.engine

ECHO = ["/usr/bin/tini", "--", "python3", "-uc", "import sys\nfor line in sys.stdin: print(line, end='')"]


def openssl(folder: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    assert program
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder: Path, days: int = 30) -> Path:
    """A folder with a CA and, signed by it, a certificate for 127.0.0.1 that serves both sides.

    One of no days has ended already.
    """
    folder.mkdir()
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(folder, "req", "-x509", *key, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=ca")
    openssl(folder, "req", *key, "-keyout", "key.pem", "-out", "request", "-subj", "/CN=host")
    sign(folder, days)
    return folder


def sign(folder: Path, days: int) -> None:
    """Anew, by the same CA."""
    signed = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-extfile", "names"]
    signed += ["-days", str(days)]
    openssl(folder, "x509", "-req", "-in", "request", *signed, "-out", "cert.pem")


class Gate:
    """Stands before the engine's socket and takes those whose certificate it knows."""

    def __init__(self, credentials: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(credentials / "cert.pem", credentials / "key.pem")
        self._context.load_verify_locations(credentials / "ca.pem")
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(plain,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        outer = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        try:
            outer.do_handshake()
        except OSError:
            with contextlib.suppress(OSError), socket.socket(fileno=outer.detach()) as refused:
                refused.settimeout(5)
                refused.recv(65536)  # else the alert would be lost with the connection
            return
        inner = socket.socket(socket.AF_UNIX)
        inner.connect("/var/run/docker.sock")
        outer.settimeout(0.02)
        inner.settimeout(0.02)
        with outer, inner:
            while self._pass(outer, inner) and self._pass(inner, outer):
                pass

    def _pass(self, source: socket.socket, sink: socket.socket) -> bool:
        """Whether it may go on."""
        try:
            data = source.recv(65536)
            sink.sendall(data)
            return bool(data)
        except TimeoutError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    return authority(tmp_path / "ours")


@pytest.fixture
def gate(credentials: Path) -> Iterator[Gate]:
    opened = Gate(credentials)
    yield opened
    opened.close()


def test_the_whole_way_works_over_tls_whatever_the_environment_says(
    gate: Gate,
    credentials: Path,
    toolchain: str,
    installation: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority(tmp_path / "other") / "ca.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    host = DockerHost(HostEntry(name="far", address=gate.address, credentials=str(credentials)), installation)
    spec = sandbox_spec(toolchain, installation, limits=profile.WARM)
    container = host.create(spec | {"Entrypoint": ECHO}, warm_name(installation))
    channel = host.attach(container)
    large = b"x" * 300_000 + b"\n"
    sender = threading.Thread(target=channel.send, args=(large,))
    sender.start()
    heard = b""
    while len(heard) < len(large):
        heard += channel.receive(20) or pytest.fail("the stream ended")
    sender.join()
    assert heard == large
    channel.close()
    host.remove(container)
    host.close()


def test_an_engine_of_another_authority_is_not_spoken_to(
    gate: Gate, tmp_path: Path, installation: str
) -> None:
    other = authority(tmp_path / "other")
    host = DockerHost(HostEntry(name="far", address=gate.address, credentials=str(other)), installation)
    with pytest.raises(HostError):
        host.machine()
    with pytest.raises(HostError):
        host.attach("x")


def test_an_engine_whose_certificate_has_ended_is_not_spoken_to_and_why_is_said(
    tmp_path: Path, installation: str
) -> None:
    over = authority(tmp_path / "over", days=0)
    gate = Gate(over)
    entry = HostEntry(name="far", address=gate.address, credentials=str(over))
    host = DockerHost(entry, installation)
    try:
        with pytest.raises(HostError, match="certificate has expired"):
            host.machine()
        with pytest.raises(HostError, match="certificate has expired"):
            host.attach("x")
        [report] = examine(entry, host, {}).checks
        assert "certificate has expired" in report.value
        assert "still valid?" in report.advice
    finally:
        gate.close()


def test_an_engine_by_whose_clock_our_certificate_has_ended_says_so(
    gate: Gate, credentials: Path, installation: str
) -> None:
    sign(credentials, days=0)
    entry = HostEntry(name="far", address=gate.address, credentials=str(credentials))
    host = DockerHost(entry, installation)
    [report] = examine(entry, host, {}).checks
    assert "by its clock our certificate has ended" in report.value
    assert "its clock and ours" in report.advice


def test_a_certificate_that_ends_soon_is_said_before_it_does(
    gate: Gate, credentials: Path, installation: str
) -> None:
    host = DockerHost(HostEntry(name="far", address=gate.address, credentials=str(credentials)), installation)
    machine = host.machine()
    host.close()
    assert machine.valid_until
    assert 29 < (machine.valid_until - time.time()) / 86400 <= 30
    assert warnings(machine, time.time())[0].startswith("Certificate: valid until 20")
    assert abs(machine.clock_seconds or 99.0) < 60


def test_an_engine_speaks_to_nobody_without_a_certificate(
    gate: Gate, credentials: Path, tmp_path: Path, installation: str
) -> None:
    stranger = authority(tmp_path / "stranger")
    shutil.copy(credentials / "ca.pem", stranger / "ca.pem")
    host = DockerHost(HostEntry(name="far", address=gate.address, credentials=str(stranger)), installation)
    with pytest.raises(HostError, match="not of its authority"):
        host.machine()
    with pytest.raises(HostError):
        host.attach("x")

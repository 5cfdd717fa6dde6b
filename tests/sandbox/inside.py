"""Runs small Python programs in containers of the real profile and says what they printed."""

import base64
import time
from types import TracebackType

from sandbox.engine import profile
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import ContainerState, warm_name
from sandbox.limits import ContainerLimits
from sandbox.messages import HostEntry
from tests.specs import sandbox_spec

ADDRESS = "unix:///var/run/docker.sock"
FED = "import sys, base64; exec(base64.b64decode(sys.stdin.readline()))"
END = b"\n--end--\n"


class Inside:
    """One container under the sandbox profile, whose main process runs what it is told."""

    def __init__(self, image: str, installation: str, limits: ContainerLimits = profile.WARM) -> None:
        self.host = DockerHost(HostEntry(name="local", address=ADDRESS), installation)
        spec = sandbox_spec(image, installation, limits=limits)
        entrypoint = [
            "/usr/bin/tini",
            "--",
            "python3",
            "-uc",
            f"while True:\n  {FED}\n  print({END.decode()!r})",
        ]
        self.container = self.host.create(spec | {"Entrypoint": entrypoint}, warm_name(installation))
        self._channel = self.host.attach(self.container)

    def __enter__(self) -> "Inside":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        self.host.remove(self.container)
        self.host.close()

    def run(self, program: str, seconds: float = 60.0) -> str:
        """What the program prints until it ends, or the container does."""
        self._channel.send(base64.b64encode(program.encode()) + b"\n")
        output, deadline = b"", time.monotonic() + seconds
        while END not in output:
            data = self._channel.receive(max(0.0, deadline - time.monotonic()))
            assert data is not None, f"the program goes on, after {output[-1000:]!r}"
            if not data:
                break
            output += data
        return output.partition(END)[0].decode().strip()

    def shell(self, command: str, seconds: float = 120.0) -> str:
        """A shell command's output and, on a line of its own, its exit code."""
        program = (
            "import subprocess\n"
            f"done = subprocess.run({command!r}, shell=True, text=True,"
            " stdout=subprocess.PIPE, stderr=subprocess.STDOUT)\n"
            "print(done.stdout, done.returncode, sep='\\n')"
        )
        return self.run(program, seconds)

    def state(self) -> ContainerState:
        return self.host.inspect(self.container)

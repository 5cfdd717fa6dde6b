"""Containers for tests of the agent, and what the same program does as a native one."""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker

from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import warm_name
from sandbox.limits import ContainerLimits
from sandbox.messages import HostEntry
from tests.agent.harness import Agent, Files, encoded, sha256
from tests.specs import sandbox_spec

ADDRESS = "unix:///var/run/docker.sock"

# Runs inside a container: compiles the files as a user would at a shell (once), runs the program, tells all.
NATIVE = """
import base64, json, os, subprocess, sys
asked = json.loads(sys.argv[1])
folder = "/work/" + asked["name"]
if not os.path.exists(folder):
    for path, text in asked["files"].items():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        open(place, "wb").write(base64.b64decode(text))
    subprocess.run(["ghc", "-v0", *asked["options"], asked["entry"]], cwd=folder, check=True, stdout=2)
os.chdir(folder)
program = "./" + os.path.splitext(asked["entry"])[0]
done = subprocess.run([program, *asked["args"]], input=asked["stdin"].encode(), capture_output=True)
texts = [stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr)]
print(json.dumps([done.returncode, *texts]))
"""


@dataclass(frozen=True)
class Native:
    """What a compiled program did. `code` is negative for a signal."""

    code: int
    stdout: str
    stderr: str


class Stage:
    """Makes containers, and removes them at the end."""

    def __init__(self, engine: docker.DockerClient, image: str) -> None:
        self.installation = f"test-{secrets.token_hex(4)}"
        self.image = image
        self._engine = engine
        self._host = DockerHost(HostEntry(name="local", address=ADDRESS), self.installation)
        self._containers: dict[Agent, str] = {}
        self._bare: Any = None
        self._shared: Agent | None = None

    def fresh(self, limits: ContainerLimits | None = None) -> Agent:
        """A ready agent in a container of its own."""
        agent = self.attach(self.create(limits))
        agent.ready()
        return agent

    def create(self, limits: ContainerLimits | None = None) -> str:
        """A container's id; nobody is attached."""
        spec = sandbox_spec(self.image, self.installation, limits=limits)
        return self._host.create(spec, warm_name(self.installation))

    def attach(self, container: str, epoch: int = 1, *, acknowledging: bool = True) -> Agent:
        """Listen to a container's agent; the handshake is still to come."""
        agent = Agent(self._host.attach(container), epoch, acknowledging=acknowledging)
        self._containers[agent] = container
        return agent

    def again(self, agent: Agent, epoch: int) -> Agent:
        """Another relay at the same agent."""
        return self.attach(self._containers[agent], epoch)

    def shared(self) -> Agent:
        """An agent that tests use one after another; a new one where a test left it unusable."""
        if self._shared is None:
            self._shared = self.fresh()
        return self._shared

    def give_back(self, *, usable: bool) -> None:
        """A test is over: is the shared agent fit for the next?"""
        if self._shared and not (usable and self._shared.tidy()):
            self.remove(self._shared)
            self._shared = None

    def remove(self, agent: Agent) -> None:
        self._host.remove(self._containers[agent])
        agent.close()

    def is_running(self, agent: Agent) -> bool:
        return self._host.inspect(self._containers[agent]).running

    def processes(self, agent: Agent) -> dict[int, str]:
        """The container's processes: process id on this machine → command line."""
        container = self._engine.containers.get(self._containers[agent])
        rows: list[list[str]] = container.top(ps_args="-eo pid,args")["Processes"]
        return {int(row[0]): row[1] for row in rows}

    def memory_bytes(self, agent: Agent) -> int:
        """Resident memory of the agent's own process."""
        pid = next(pid for pid, args in self.processes(agent).items() if args.startswith("python3 -m"))
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096

    def native(
        self,
        files: Files,
        *,
        entry: str = "Main.hs",
        args: Sequence[str] = (),
        stdin: str = "",
        options: Sequence[str] = ("-O0",),
    ) -> Native:
        """Compile and run as a user would without us, in the same image."""
        asked = {
            "name": sha256(repr((sorted(files.items()), entry, options)).encode()),
            "files": {path: base64.b64encode(encoded(text)).decode() for path, text in files.items()},
            "entry": entry,
            "args": args,
            "stdin": stdin,
            "options": options,
        }
        code, (out, err) = self._bare_container().exec_run(
            ["python3", "-c", NATIVE, json.dumps(asked)], demux=True
        )
        assert code == 0, err
        return Native(*json.loads(out))

    def _bare_container(self) -> Any:
        if self._bare is None:
            self._bare = self._engine.containers.run(
                self.image,
                ["tini", "--", "sleep", "infinity"],
                detach=True,
                network_mode="none",
                tmpfs={"/work": "rw,exec,size=256m,uid=10000,gid=10000"},
                environment={"TMPDIR": "/work", "LANG": "C.UTF-8"},
                labels={"haskell-ide.installation": self.installation},
                ulimits=[docker.types.Ulimit(name="core", soft=0, hard=0)],
            )
        return self._bare

    def close(self) -> None:
        for container in self._host.containers():
            self._host.remove(container.id)
        for agent in self._containers:
            agent.close()
        self._host.close()

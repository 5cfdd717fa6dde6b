"""The whole service with all its real parts, with a database, a Redis and an installation of its own.

    with Stack(tmp_path) as stack:
        token = stack.user("alice")
        workspace = stack.workspace(token, {"Main.hs": "main = print 1"})
        async with Window.open(stack.url, workspace, token) as window: ...

To use it by hand: `python -m tests.stack` (ends with Ctrl-C).
"""

import json
import secrets
import signal
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec
import redis

from sandbox import keys, toolchains
from sandbox.config import Config
from sandbox.engine import imagebuild
from sandbox.messages import PROFILING, HostEntry
from tests.conftest import accept, free_ports
from tests.processes import Processes

LABEL = "haskell-ide.installation"
USER = """
from ide.models import PlanOverride, Token, User
staff = {"is_staff": %(staff)r, "is_superuser": %(staff)r}
user, _ = User.objects.get_or_create(username=%(name)r, defaults=staff)
user.set_password(%(name)r)
user.save()
fields = %(fields)r
if fields:
    PlanOverride.objects.update_or_create(user=user, defaults=fields)
print(Token.issue(user, "test")[1])
"""


class Stack:
    """Web, worker, keeper, recorder and Redis on ports of their own, over this machine's engine.

    `settings` are environment variables; `toolchain` names what workspaces use.
    """

    address = "127.0.0.1"  # of web and Redis

    def __init__(self, directory: Path, toolchain: str = "ghc-9.6", **settings: str) -> None:
        self._port, redis_port = free_ports(2)
        self._toolchain = toolchain
        self._redis_port = redis_port
        self._engine = imagebuild.connect()
        self.directory = directory
        self.url = f"http://{self.address}:{self._port}"
        self.redis_url = self._redis_url()
        self.installation = f"test-{secrets.token_hex(4)}"
        environment = {
            "DATABASE_URL": f"sqlite:///{directory / 'ide.sqlite3'}",
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": secrets.token_hex(32),
            "SANDBOX_INSTALLATION": self.installation,
            "SANDBOX_WORKER_THREADS": "32",
            "PYTHONUNBUFFERED": "1",
            "METRICS_TOKEN": "",
            **settings,
        }
        self.processes = Processes(directory, environment)
        self._workspaces: list[tuple[str, str]] = []

    @property
    def pids(self) -> dict[str, int]:
        return self.processes.pids

    @property
    def engine_root(self) -> Path:
        """Where this machine's engine keeps its images."""
        return Path(self._engine.info()["DockerRootDir"])

    # --- up and down ----------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> None:
        self.start_redis()
        self.manage("migrate", "--verbosity", "0")
        self._register()
        for name in ("worker", "keeper", "recorder", "web"):
            self.start(name)
        self.processes.wait("A usable host", lambda: self.answers("/readyz"), 120)

    def _end(self) -> None:
        self.processes.end_all()
        for container in self.containers():
            container.remove(force=True)
        self._engine.close()

    def start(self, name: str) -> None:
        """Start one of the processes; a test may have ended it before."""
        python = sys.executable
        commands = {
            "web": (python, "-m", "ide.server", "-b", self.address, "-p", str(self._port)),
            "worker": (python, "-m", "celery", "-A", "sandbox.tasks", "worker", "--pool", "threads"),
            "keeper": (python, "-m", "sandbox.keeper"),
            "recorder": (python, "manage.py", "record"),
        }
        self.processes.start(name, *self._on_machine(name), *commands[name])

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        self.processes.end(name, number)

    def start_redis(self) -> None:
        """Start it; a test may have killed it before."""
        self.processes.start("redis", *self._on_machine("redis"), *self._redis_command())
        self.processes.wait("Redis", self._redis_answers, 10)

    def _redis_url(self) -> str:
        return f"redis://{self.address}:{self._redis_port}/0"

    def _redis_command(self) -> tuple[str, ...]:
        options = ("--save", "", "--appendonly", "no", "--dir", str(self.directory))
        return ("redis-server", "--port", str(self._redis_port), *options)

    def _on_machine(self, name: str) -> tuple[str, ...]:
        """What stands before the command of a process that runs elsewhere; see pool/apart.py."""
        return ()

    def end_redis(self) -> None:
        self.stop("redis")

    def _redis_answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.redis_url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def _register(self) -> None:
        with redis.Redis.from_url(self.redis_url) as client:
            accept(client, HostEntry("local", "unix:///var/run/docker.sock"), Config())
        self.offer(self._toolchain)
        self.manage("hosts", "--local")

    def offer(self, *names: str) -> None:
        """Toolchains for users to choose among."""
        toolchains.build(self._engine, list(names))
        self.manage("toolchains", "register", str(toolchains.DESCRIPTIONS))

    def small_variant(self, name: str) -> toolchains.Toolchain:
        """For profiling, with GHC's own libraries, and lens with what it needs; made if it is not there."""
        digest = toolchains.ensure(self._engine, name, only="lens")
        return toolchains.describe(self._engine, name, digest)

    def offer_profiling(self) -> None:
        described = self.directory / "profiling.json"
        described.write_bytes(msgspec.json.encode([self.small_variant(self._toolchain + PROFILING)]))
        self.manage("toolchains", "register", str(described))

    def answers(self, path: str) -> bool:
        """Whether the web process says 200 to it."""
        try:
            return httpx.get(self.url + path, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    # --- what is in it --------------------------------------------------------------------------------

    def manage(self, *arguments: str) -> str:
        """What a management command prints."""
        return self.processes.run(sys.executable, "manage.py", *arguments)

    def user(self, name: str, *, staff: bool = False, **plan_fields: Any) -> str:
        """Makes a user (its password is its name), whose plan has these fields; returns an API token."""
        code = USER % {"name": name, "staff": staff, "fields": plan_fields}
        return self.manage("shell", "--no-imports", "-c", code).split()[-1]

    def call(self, token: str, method: str, path: str, **more: Any) -> httpx.Response:
        """An answer of the REST API, `path` from `/api/v1`."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=60, **more)

    def workspace(self, token: str, files: dict[str, str], **more: Any) -> str:
        """Makes a workspace; returns its id."""
        body = {"name": "test", "toolchain": self._toolchain, "files": files, **more}
        answer = self.call(token, "POST", "/workspaces", json=body)
        assert answer.is_success, answer.text
        found: str = answer.json()["id"]
        self._workspaces.append((token, found))
        return found

    def delete_workspace(self, token: str, workspace: str) -> None:
        answer = self.call(token, "DELETE", f"/workspaces/{workspace}")
        assert answer.is_success, answer.text
        self._workspaces.remove((token, workspace))

    def delete_workspaces(self) -> None:
        """All that were made and not deleted yet; their sessions end with them."""
        for token, workspace in list(self._workspaces):
            self.delete_workspace(token, workspace)

    def wait_for_warm(self, seconds: float = 60) -> None:
        """Until some host has a warm container to hand out."""
        self.processes.wait("A warm container", self._is_warm, seconds)

    def _is_warm(self) -> bool:
        with redis.Redis.from_url(self.redis_url) as client:
            figures = [json.loads(each) for each in client.hgetall(keys.FIGURES).values()]
        return any(sum(host["warm"].values()) > 0 for host in figures)

    def containers(self, session: str = "") -> list[Any]:
        """Our containers on the engine, in every state; those of one session, where it is named."""
        filters: dict[str, Any] = {
            "label": f"{LABEL}={self.installation}",
            "name": session.replace("-", ""),
        }
        return list(self._engine.containers.list(all=True, filters=filters, ignore_removed=True))

    def container_pids(self, workspace: str) -> list[int]:
        """The machine's process ids of everything in the workspace's container."""
        top = [container.top() for container in self.containers(workspace)]
        return [int(row[each["Titles"].index("PID")]) for each in top for row in each["Processes"]]

    def logs(self, name: str) -> str:
        return self.processes.log(name)


def main() -> None:
    """A stack to play with."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory() as directory, Stack(Path(directory)) as stack:
        token = stack.user("alice", staff=True)
        workspace = stack.workspace(token, {"Main.hs": 'main :: IO ()\nmain = putStrLn "Hello"\n'})
        known = {"url": stack.url, "token": token, "workspace": workspace, "directory": directory}
        print(json.dumps(known), flush=True)
        signal.pause()


if __name__ == "__main__":
    main()

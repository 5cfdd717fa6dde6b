"""What all relays of one process share: Redis, leases, hosts, and the order to stop."""

import threading
from collections.abc import Callable

from sandbox import wakeups
from sandbox.config import Config
from sandbox.connections import Redis, connect
from sandbox.engine.docker_host import DockerHost
from sandbox.engine.hosts import Host
from sandbox.exceptions import NoHost
from sandbox.messages import HostEntry, Pool
from sandbox.pool.published import published
from sandbox.relay.lease import Leases

ConnectHost = Callable[[HostEntry], Host]


class Worker:
    """One for each process; relays are its threads."""

    def __init__(
        self,
        config: Config,
        connect_host: ConnectHost | None = None,
        wake: Callable[[str], None] | None = None,
    ) -> None:
        self.config = config
        self.redis: Redis = connect(config)
        self.leases = Leases(self.redis, config)
        self.stopping = threading.Event()
        self.wake = wake or (lambda session_id: wakeups.wake(session_id, config))
        self._connect_host = connect_host or (
            lambda entry: DockerHost(entry, config.installation, config.credentials)
        )
        self._hosts: dict[HostEntry, Host] = {}
        self._lock = threading.Lock()

    def pool(self) -> Pool:
        """Hosts and toolchains as published; none when Redis lost them."""
        return published(self.redis).pool

    def host(self, entry: HostEntry) -> Host:
        """The connection to a host, made once and kept until the host has left and another came."""
        machine = entry.machine
        with self._lock:
            if machine not in self._hosts:
                self._let_go()
                self._hosts[machine] = self._connect_host(machine)
            return self._hosts[machine]

    def _let_go(self) -> None:
        """Of hosts that left the pool: who still ends something there has its connections to the end."""
        staying = {entry.machine for entry in self.pool().hosts}
        for machine in [each for each in self._hosts if staying and each not in staying]:
            del self._hosts[machine]

    def host_named(self, name: str) -> Host:
        """The host that holds a session's container. NoHost when the pool no longer has it."""
        if entry := published(self.redis).by_name.get(name):
            return self.host(entry)
        raise NoHost(f"The machine {name} left the pool.")

    def toolchain_name(self, digest: str) -> str | None:
        """What users know a toolchain by."""
        return next((entry.name for entry in self.pool().toolchains if entry.digest == digest), None)

    def close(self) -> None:
        """Let go of everything."""
        self.stopping.set()
        self.leases.close()
        for host in self._hosts.values():
            host.close()
        self.redis.close()

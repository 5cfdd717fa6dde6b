"""The service on two machines: web, recorder and Redis on one, worker and keeper on the other, TLS between.

this machine ── veth ──┤ service: web, recorder, Redis :6380 ├── veth ──┤ pool: worker, keeper, engine

Redis is started as `deploy/redis-tls.yml` does, with the certificates of `deploy/host-certificates.sh`.
"""

import secrets
import subprocess
from pathlib import Path

import redis
import yaml

from tests.pool.slots import Slot, command
from tests.stack import Stack

DEPLOY = Path(__file__).parents[2] / "deploy"
POOL = ("worker", "keeper")
TLS_PORT = 6380
HOLDS_NO = ("DATABASE_URL", "SECRET_KEY")  # what the pool's machine is not told


class Apart(Stack):
    """Both machines are network namespaces of the slot."""

    def __init__(self, directory: Path, slot: Slot) -> None:
        self.service, self.pool = slot.name(0), slot.name(1)
        net = f"10.213.{slot.number}"
        self._here, self.address, self.pool_address = f"{net}.1", f"{net}.5", f"{net}.6"
        self._link, self._inside = slot.name(0).replace("-", ""), f"{slot.name(0).replace('-', '')}i"
        self._cable = slot.name(1).replace("-", "")
        self._password = secrets.token_hex(8)
        self._folder = directory / "secrets"
        self._make_certificates(directory)
        self._connect()
        url = self.redis_url_with(certificate=True)
        super().__init__(directory, REDIS_URL=url, ALLOWED_HOSTS=f"{self.address},127.0.0.1")
        (self._folder / "redis-password").write_text(self._password)

    def redis_url_with(self, *, certificate: bool) -> str:
        """As docs/operations.md writes it; without `certificate` nobody is to be answered."""
        mine = self._folder / "hosts/redis"
        shown = f"&ssl_certfile={mine}/cert.pem&ssl_keyfile={mine}/key.pem" if certificate else ""
        where = f"rediss://:{self._password}@{self.address}:{TLS_PORT}/0"
        return f"{where}?ssl_cert_reqs=required&ssl_ca_certs={mine}/ca.pem{shown}"

    def cut(self) -> None:
        """The cable between both machines is out."""
        command("ip", "-n", self.pool, "link", "set", self._cable, "down")

    def heal(self) -> None:
        command("ip", "-n", self.pool, "link", "set", self._cable, "up")

    def peers(self, port: int) -> set[str]:
        """Who is connected to the service's machine on that port."""
        found = command("nsenter", f"--net=/run/netns/{self.service}", "ss", "-Htn", f"sport = :{port}")
        return {
            line.split()[4].rpartition(":")[0].strip("[]").removeprefix("::ffff:")
            for line in found.splitlines()
        }

    # --- as Stack asks --------------------------------------------------------------------------------

    def _redis_url(self) -> str:
        return self.redis_url_with(certificate=True)

    def _redis_command(self) -> tuple[str, ...]:
        *shell, line = yaml.safe_load((DEPLOY / "redis-tls.yml").read_text())["services"]["redis"]["command"]
        line = line.replace("$$", "$").replace("/run/secrets", str(self._folder))
        return (
            *shell,
            f"cd {self.directory} && " + line.replace("/run/redis", f"{self._folder}/engines/redis"),
        )

    def _redis_answers(self) -> bool:
        try:
            return super()._redis_answers()
        except redis.TimeoutError:
            return False

    def _on_machine(self, name: str) -> tuple[str, ...]:
        far = name in POOL
        forgotten = [word for one in HOLDS_NO for word in ("-u", one)] if far else []
        return ("nsenter", f"--net=/run/netns/{self.pool if far else self.service}", "env", *forgotten)

    def _make_certificates(self, directory: Path) -> None:
        script = DEPLOY / "host-certificates.sh"
        subprocess.run(["sh", script, "redis", self.address], cwd=directory, check=True, capture_output=True)

    def _connect(self) -> None:
        """Both links end at the service's machine, which has one address."""
        for namespace in (self.service, self.pool):
            command("ip", "netns", "add", namespace)
            command("ip", "-n", namespace, "link", "set", "lo", "up")
        at, far = ("-n", self.service), ("-n", self.pool)
        peer = ("type", "veth", "peer", "name", self._inside, "netns", self.service)
        command("ip", "link", "add", self._link, *peer)
        command("ip", "address", "add", f"{self._here}/32", "dev", self._link)
        command("ip", "link", "set", self._link, "up")
        command("ip", *at, "link", "set", self._inside, "up")
        peer = ("type", "veth", "peer", "name", self._cable, "netns", self.pool)
        command("ip", *at, "link", "add", f"{self._cable}i", *peer)
        for there, link, address in (
            (at, f"{self._cable}i", self.address),
            (far, self._cable, self.pool_address),
        ):
            command("ip", *there, "address", "add", f"{address}/30", "dev", link)
            command("ip", *there, "link", "set", link, "up")
        command("ip", "route", "add", f"{self.address}/32", "dev", self._link)
        command("ip", *at, "route", "add", f"{self._here}/32", "dev", self._inside)

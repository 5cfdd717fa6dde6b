"""What is known of a failed test, kept in build/failures also when its second try passes."""

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from sandbox import keys
from tests.processes import Processes

FOLDER = Path("build", "failures")
LETTERS = 50_000  # of each log
LONG = (b"manifest", b"opening")  # and not what somebody looks for


def keep(item: pytest.Item, report: pytest.TestReport) -> None:
    """Write where it failed; of each service that it used, what its processes said last and Redis knows."""
    fixtures: dict[str, Any] = getattr(item, "funcargs", {})
    services = {id(found): found for each in fixtures.values() if (found := _processes_of(each))}
    parts = [f"{item.nodeid} ({report.when})", report.longreprtext, *_told(services.values())]
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = time.strftime("%H%M%S-") + re.sub(r"\W+", "-", f"{item.nodeid}-{report.when}")[-120:]
    FOLDER.joinpath(f"{name}.txt").write_text("\n\n".join(parts), errors="replace")


def _processes_of(fixture: Any) -> Processes | None:
    found = getattr(fixture, "processes", None)
    return found if isinstance(found, Processes) else None


def _told(services: Iterable[Processes]) -> Iterator[str]:
    for processes in services:
        yield processes.logs(LETTERS)
        try:
            with redis.Redis.from_url(processes.environment["REDIS_URL"]) as client:
                yield "\n".join(_known(client))
        except redis.RedisError as error:
            yield f"Redis does not answer: {error}"


def _known(client: redis.Redis) -> Iterator[str]:
    """Sessions, runs, and the lists that hold both."""
    for pattern in (keys.SESSION, keys.RUN):
        for key in sorted(client.scan_iter(pattern % "*", _type="hash")):
            fields = {name: value for name, value in client.hgetall(key).items() if name not in LONG}
            yield f"{key.decode()} {fields}"
    for key in sorted(client.scan_iter(keys.SESSION_RUNS % "*")):
        yield f"{key.decode()} {client.smembers(key)}"
    yield f"{keys.BUSY} {client.smembers(keys.BUSY)}"
    yield f"{keys.QUEUE} {client.zrange(keys.QUEUE, 0, -1)}"

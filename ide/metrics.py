"""What `/metrics` says, read at each request from database and sandbox: any web process says the same."""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from ide.database import in_database
from ide.door import door
from ide.models import Run, Session, User, Workspace
from sandbox.messages import Attendance, HostFigures

RECENT = timedelta(minutes=5)


async def exposition() -> bytes:
    """The whole page."""
    registry = CollectorRegistry()
    registry.register(Collected([*await in_database(_of_database), *await _of_sandbox()]))
    return generate_latest(registry)


class Collected:
    """Families that were read already, in the shape that the library asks for."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self.families


def _of_database() -> list[GaugeMetricFamily]:
    ended = (
        Run.objects.filter(ended_at__gt=timezone.now() - RECENT).values_list("outcome").annotate(Count("pk"))
    )
    live = Run.objects.filter(outcome=None).values_list("mode").annotate(Count("pk"))
    sessions = Session.objects.values_list("state").annotate(Count("pk"))
    return [
        _family("ide_runs_ended_5m", "Runs that ended in the last five minutes.", "outcome", ended),
        _family("ide_runs_live", "Runs without a final state.", "mode", live),
        _family("ide_sessions", "Sessions by state.", "state", sessions),
        _family("ide_users", "Users.", "kind", _users()),
        GaugeMetricFamily("ide_workspaces", "Workspaces.", value=Workspace.objects.count()),
    ]


def _users() -> list[tuple[str, int]]:
    guests = User.objects.filter(is_guest=True).count()
    return [("guest", guests), ("account", User.objects.count() - guests)]


async def _of_sandbox() -> list[GaugeMetricFamily]:
    return [*_of_hosts(await door().hosts()), *_of_workers(await door().attendance())]


def _of_workers(found: Attendance) -> list[GaugeMetricFamily]:
    waited = time.time() - found.unserved_since if found.unserved_since else 0.0
    slots = [(one.name, one.slots) for one in found.workers]
    busy = [(one.name, one.busy) for one in found.workers]
    return [
        _family("ide_worker_slots", "Sessions that each worker can serve.", "worker", slots),
        _family("ide_worker_busy", "Sessions that each worker serves.", "worker", busy),
        GaugeMetricFamily("ide_unserved_seconds", "The longest that a session waits for a worker.", waited),
    ]


def _of_hosts(hosts: list[HostFigures]) -> list[GaugeMetricFamily]:
    figures = ("alive", "cpus", "cpu_used", "memory_bytes", "memory_used_bytes", "cpu_pressure", "sessions")
    return [
        _family(
            f"ide_host_{name}",
            f"Of each host: {name}.",
            "host",
            [(each.name, getattr(each, name)) for each in hosts],
        )
        for name in figures
    ]


def _family(name: str, text: str, label: str, rows: Iterable[tuple[Any, Any]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, figure in rows:
        family.add_metric([str(value)], float(figure))
    return family

"""Looks at hosts that were added unchecked, and again at those whose report is older than their first image.

Of such a host the report lacks what only a look from inside shows.
"""

from time import monotonic

from ide.database import in_database
from ide.door import door
from ide.hosts.checking import note
from ide.models import Host
from ide.pool import entry_of

LOOK_SECONDS = 8.0  # more than a keeper gives an engine
AGAIN_SECONDS = 60.0


class SecondLook:
    """Remembers which hosts were looked at in vain: the others' turn comes first."""

    def __init__(self) -> None:
        self._tried: dict[int, float] = {}

    async def tend(self) -> None:
        """Look at one host, if there is one. What is wrong for the moment leaves a good report alone."""
        seen = [one.name for one in await door().hosts() if one.disk_bytes]
        host = self._next(await in_database(_incomplete, seen))
        if host is None:
            return
        self._tried[host.pk] = monotonic()
        report = await door().preflight(entry_of(host), LOOK_SECONDS)
        if report and not (report.faults and host.report):
            note(host, report)
            await host.asave(update_fields=["report", "checked_at", "engine"])

    def _next(self, hosts: list[Host]) -> Host | None:
        lately = monotonic() - AGAIN_SECONDS
        return next((host for host in hosts if self._tried.get(host.pk, lately) <= lately), None)


def _incomplete(names: list[str]) -> list[Host]:
    rows = Host.objects.filter(enabled=True, name__in=names).order_by("checked_at")
    return [row for row in rows if not row.report or any(check.get("later") for check in row.report)]

"""A keeper looks at a machine before it becomes a host: what is wrong is said at once, nothing half-added."""

import asyncio

import redis
from asgiref.sync import async_to_sync
from django.core.exceptions import ValidationError
from django.utils import timezone

from ide.door import door
from ide.models import Host, Session
from ide.pool import entry_of
from sandbox.messages import Preflight, to_wire

NO_KEEPER = "No keeper answers, and only keepers reach machines. Start one: python -m sandbox.keeper."
LONGEST_SECONDS = 15.0


def check(host: Host) -> Preflight:
    """The report, noted in the host's row but not saved; ValidationError when the machine can't be a host.

    Its address is one, as the row's own `clean` saw to.
    """
    report = _ask(host)
    note(host, report)
    if report.faults:
        raise ValidationError(report.faults)
    _refuse_leaving(host, report)
    twin = Host.objects.filter(engine=report.engine).exclude(pk=host.pk).first()
    if twin:
        raise ValidationError(f"This engine is the host {twin.name} already.")
    return report


def _refuse_leaving(host: Host, report: Preflight) -> None:
    """A host that becomes another machine leaves its sessions behind."""
    before = Host.objects.filter(pk=host.pk, enabled=True).exclude(engine__in=("", report.engine)).first()
    left = before.sessions.filter(state__in=Session.LIVE).count() if before else 0
    if before and left:
        raise ValidationError(
            f"{before.name} has {left} sessions, and this is another machine: drain it first."
        )


def note(host: Host, report: Preflight) -> None:
    """Keep the report for the host's page."""
    host.report = to_wire(report)["checks"]
    host.checked_at = timezone.now()
    if report.engine:
        host.engine = report.engine


def look(host: Host) -> Preflight:
    """Check again what is a host already: its report is saved, whatever it says."""
    report = _ask(host)
    note(host, report)
    host.save(update_fields=["report", "checked_at", "engine"])
    return report


def _ask(host: Host) -> Preflight:
    try:
        report = async_to_sync(_preflight)(host)
    except (OSError, redis.RedisError):  # OSError: out of time, too
        report = None
    if report is None:
        raise ValidationError(NO_KEEPER)
    return report


async def _preflight(host: Host) -> Preflight | None:
    async with asyncio.timeout(LONGEST_SECONDS):
        return await door().preflight(entry_of(host))

"""Writes what the sandbox says must be kept: how runs ended, where sessions are, what was used.

records ── one transaction each ──► rows ── settled

A run's row gets its final state once, however often the record comes.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from ide.database import in_database
from ide.door import door
from ide.exceptions import Fault
from ide.models import Host, Overlay, Run, Session, Workspace
from ide.quota import charges
from ide.toolchains import register
from sandbox.messages import Built, Charged, Missing, Record, RunBegan, RunEnded, SessionChanged, to_wire

logger = logging.getLogger(__name__)

PASSING = (OperationalError, InterfaceError)  # the database is away: the record is tried again


async def record_all(consumer: str, wait_seconds: float = 1.0) -> int:
    """Write the records that wait; returns how many. Raises what is `PASSING`."""
    records = await door().records(consumer, wait_seconds=wait_seconds)
    for entry, record in records:
        try:
            await _write(record)
        except PASSING:
            raise
        except (DatabaseError, ValidationError, ValueError, Fault):
            logger.exception("A record cannot be written: %s", type(record).__name__)
        await door().settle([entry])
    return len(records)


async def _write(record: Record) -> None:
    match record:
        case Missing():
            await _supply(record)
        case SessionChanged():
            data = await door().blob(record.overlay) if record.overlay else None
            await in_database(_session_changed, record, data)
        case _:
            await in_database(WRITERS[type(record)], record)


def _began(record: RunBegan) -> None:
    run = Run.objects.filter(pk=record.run_id, started_at=None)
    run.update(started_at=_moment(record.at), host=_host(record.host))


@transaction.atomic
def _ended(record: RunEnded) -> None:
    first = Run.finish(
        record.run_id,
        record.finished,
        _moment(record.at),
        stdout=record.stdout,
        stderr=record.stderr,
        stdout_bytes=record.stdout_bytes,
        stderr_bytes=record.stderr_bytes,
    )
    if record.host:
        Run.objects.filter(pk=record.run_id, host=None).update(host=_host(record.host))
    if first and record.finished.outcome in charges.OUR_FAULTS:
        charges.give_back(record.run_id)
    elif first and record.session_id == record.run_id:
        charges.settle(Run.objects.select_for_update().get(pk=record.run_id))


@transaction.atomic
def _session_changed(record: SessionChanged, overlay: bytes | None) -> None:
    workspace = Workspace.objects.filter(pk=record.session_id).first()
    if workspace is None:
        return  # a one-shot's session, or its workspace is deleted
    host = _host(record.host) if record.host else None
    Session.objects.filter(pk=workspace.pk).update(
        state=record.state, host=host, changed_at=_moment(record.at)
    )
    if record.state == "hibernated":
        _keep_overlay(workspace, record, overlay)


def _keep_overlay(workspace: Workspace, record: SessionChanged, data: bytes | None) -> None:
    if record.overlay is None:
        Overlay.objects.filter(workspace=workspace).delete()
    elif data is not None:
        left_out = to_wire(record.left_out) if record.left_out else None
        kept = {"sha256": record.overlay, "data": data, "left_out": left_out}
        Overlay.objects.update_or_create(workspace=workspace, defaults=kept)


async def _supply(record: Missing) -> None:
    """Put the contents that a session lacks where the sandbox finds them."""
    await door().put_blobs(await in_database(_contents, record))


def _contents(record: Missing) -> list[bytes]:
    workspace = Workspace.objects.filter(pk=record.session_id).first()
    if workspace is None:
        return []
    texts = workspace.files.filter(sha256__in=record.hashes).values_list("text", flat=True)
    overlays = Overlay.objects.filter(workspace=workspace, sha256__in=record.hashes)
    return [*(text.encode() for text in texts), *(bytes(overlay.data) for overlay in overlays)]


def _built(record: Built) -> None:
    register(to_wire(record))


WRITERS: dict[type[Record], Callable[[Any], None]] = {
    RunBegan: _began,
    RunEnded: _ended,
    Charged: charges.charge,
    Built: _built,
}


def _host(name: str) -> Host | None:
    return Host.objects.filter(name=name).first()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

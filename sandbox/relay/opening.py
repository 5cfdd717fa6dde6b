"""Gets a session its container: a warm one or a cold one, then local changes and files in it."""

import logging

from sandbox.engine import hosts, profile
from sandbox.engine.hosts import Host
from sandbox.exceptions import AlreadyClaimed, Fenced, HostError, NoHost, ProtocolBreach
from sandbox.limits import ContainerLimits
from sandbox.messages import Attached, Deliver
from sandbox.pool import failures
from sandbox.pool.placement import Placement
from sandbox.pool.weigher import first_limits
from sandbox.relay import contents
from sandbox.relay.attachment import Attachment
from sandbox.relay.session import NOT_FOUND, Session, checked_entry, moment
from sandbox.worker import Worker

log = logging.getLogger(__name__)


def take_container(worker: Worker, session: Session, place: Placement) -> None:
    """Claim the warm container of this place, or create one; the session lives there afterwards."""
    name = hosts.session_name(worker.config.installation, session.id, session.epoch)
    host = worker.host(place.host)
    session.host = place.host.name
    session.note_loss()
    if not session.moves:  # it was told that it moved, and is ready in a moment
        session.change("starting", toolchain=place.toolchain.name)
    try:
        limits = first_limits(worker.redis, session.opening)
        if not (place.warm and _claim(host, place.warm, name, limits)):
            _create(worker, host, name, limits, place)
    except HostError as error:
        failures.note(worker.redis, place.host.name, place.toolchain.digest, str(error))
        raise
    failures.forget(worker.redis, place.host.name, [place.toolchain.digest])
    try:
        session.claimed(place.host.name, name)
    except Fenced:
        host.remove(name)
        raise


def _claim(host: Host, warm: str, name: str, limits: ContainerLimits) -> bool:
    try:
        host.claim(warm, name, limits)
    except AlreadyClaimed:
        return False
    return True


def _create(worker: Worker, host: Host, name: str, limits: ContainerLimits, place: Placement) -> None:
    spec = profile.sandbox(
        image=place.toolchain.reference,
        toolchain=place.toolchain.digest,
        limits=limits,
        runtime=place.host.runtime,
        installation=worker.config.installation,
        cgroup_parent=worker.config.cgroup_parent,
    )
    try:
        host.create(spec, name)
    except AlreadyClaimed:
        # Session and epoch are ours alone: a call that got no answer in time was carried out all the same.
        host.remove(name)
        host.create(spec, name)


def attach(worker: Worker, session: Session) -> tuple[Attachment, Attached]:
    """Introduce this relay to the agent of the session's container; a new one gets its files."""
    host = worker.host_named(session.host)
    attachment = Attachment(host.attach(session.container), session.epoch)
    try:
        attached = attachment.handshake()
        entry = checked_entry(attached.entry, session.last_entry())
        if moment(entry) < moment(session.position):
            fill(session, attachment, touched=entry != "0-0")
        session.delivered = max(entry, session.position, key=moment)
    except BaseException:
        attachment.close()
        raise
    return attachment, attached


def fill(session: Session, attachment: Attachment, *, touched: bool) -> None:
    """Local changes first, then the files as they are now."""
    if touched:
        raise ProtocolBreach("The agent forgot what it was told.")
    if session.overlay:
        _restore(session, attachment)
    attachment.send([Deliver(session.epoch, session.position, session.manifest())])


def _restore(session: Session, attachment: Attachment) -> None:
    archive = contents.overlay(session.redis, session.id, session.overlay)
    if archive is None:
        # Kept going without: the files themselves are safe, and waiting for ever would help nobody.
        log.error("session %s: its local changes %s are gone", session.id, session.overlay)
        session.miss(NOT_FOUND)
        return
    for piece in contents.restores(session.epoch, archive):
        attachment.send([piece])


def remove(worker: Worker, host_name: str, container: str) -> None:
    """The container is not wanted any more; what fails here the keeper's reaper does."""
    try:
        worker.host_named(host_name).remove(container)
    except (HostError, NoHost) as error:
        log.warning("host %s: container %s is left to the reaper: %s", host_name, container, error)

"""Opening the live sandbox behind a workspace, and speaking to it."""

from collections.abc import Iterable, Sequence

import msgspec

from ide.database import in_database
from ide.door import door
from ide.models import File, Overlay, Workspace
from ide.quota.admission import let_session
from ide.quota.standing import allowance_of
from sandbox.exceptions import SessionLost
from sandbox.messages import InboxMessage, LeftOut, Manifest, Opening, SessionEvent


def manifest_of(workspace: Workspace) -> Manifest:
    """The tracked files as they are saved: path → SHA-256."""
    return dict(File.objects.filter(workspace=workspace).values_list("path", "sha256"))


def opening_of(workspace: Workspace) -> Opening:
    """What the workspace's session is opened with, by its user's plan of this moment."""
    allowance = allowance_of(workspace.user)
    overlay, left_out = Overlay.objects.filter(workspace=workspace).values_list(
        "sha256", "left_out"
    ).first() or (None, None)
    return Opening(
        session_id=workspace.session_id,
        owner=workspace.user.owner_id,
        toolchain=workspace.toolchain.digest,
        limits=allowance.container_limits(),
        overlay=overlay,
        left_out=msgspec.convert(left_out, LeftOut | None),
        hibernate_seconds=allowance.hibernate_seconds,
        weight=allowance.queue_weight,
    )


def _opening_with_contents(workspace: Workspace) -> tuple[Opening, Manifest, list[bytes]]:
    """As it is now: its toolchain or its user's plan may have changed since the workspace was read."""
    files = list(File.objects.filter(workspace=workspace))
    manifest = {file.path: file.sha256 for file in files}
    known = Workspace.objects.select_related("user__plan", "toolchain").defer("toolchain__packages")
    return opening_of(known.get(pk=workspace.pk)), manifest, [file.text.encode() for file in files]


async def open_session(workspace: Workspace) -> None:
    """Make the session known to the sandbox and wake it; one that lives stays as it is.

    Raises Refused when its user has too many, and PoolFull.
    """
    await let_session(workspace)
    opening, manifest, contents = await in_database(_opening_with_contents, workspace)
    await door().put_blobs(contents)
    await door().open(opening, manifest)


async def send(
    workspace: Workspace,
    *messages: InboxMessage,
    contents: Iterable[bytes] = (),
    events: Sequence[SessionEvent] = (),
) -> None:
    """Put messages into the session's inbox, with what goes with them (see `Client.send`).

    A session that was lost or sleeps is opened again first: that may be refused.
    """
    try:
        await door().send(workspace.session_id, *messages, contents=contents, events=events)
    except SessionLost:
        await open_session(workspace)
        await door().send(workspace.session_id, *messages, contents=contents, events=events)

"""What a change outside the editor means for the live session behind a workspace."""

import contextlib
from collections.abc import Collection
from functools import partial

from asgiref.sync import async_to_sync
from django.db import transaction

from ide.database import in_database
from ide.door import door
from ide.models import Session, User, Workspace
from ide.quota.standing import live_runs
from ide.workspaces.sessions import manifest_of, opening_of
from sandbox.exceptions import SessionLost
from sandbox.messages import End, Manifest, Opening, Restart

AWAKE = ("waiting", "starting", "ready", "moved")


async def end_session(workspace: Workspace) -> None:
    """Stop its runs and remove its container; one that is gone already is fine."""
    with contextlib.suppress(SessionLost):
        await door().send(workspace.session_id, End())
    await in_database(Session.objects.filter(pk=workspace.pk).delete)


async def end_sessions_of(user: User) -> None:
    """End all live sessions of one who was suspended, the one-shot ones too."""
    await _end(await in_database(session_ids_of, user))
    await in_database(Session.objects.filter(user=user).delete)


def session_ids_of(user: User) -> set[str]:
    """Of all live ones, those of one-shot runs too."""
    workspaces = Session.objects.filter(user=user).values_list("pk", flat=True)
    return {*live_runs(user).values_list("session_id", flat=True), *(key.hex for key in workspaces)}


def end_once_committed(session_ids: Collection[str]) -> None:
    """End the sessions of what is deleted in this transaction."""
    transaction.on_commit(partial(async_to_sync(_end), session_ids))


async def _end(session_ids: Collection[str]) -> None:
    for session_id in session_ids:
        with contextlib.suppress(SessionLost):
            await door().send(session_id, End())


async def reopen_session(workspace: Workspace) -> None:
    """Give a live session a fresh container, by the workspace's toolchain of now."""
    status = await door().status(workspace.session_id)
    if status is None or status.state not in AWAKE:
        return  # whoever opens it gets that toolchain
    opening, manifest = await in_database(_opening, workspace)
    await door().open(opening, manifest)
    await door().send(workspace.session_id, Restart())


def _opening(workspace: Workspace) -> tuple[Opening, Manifest]:
    return opening_of(workspace), manifest_of(workspace)

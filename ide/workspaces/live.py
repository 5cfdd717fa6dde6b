"""What a change outside the editor means for the live session behind a workspace."""

import contextlib

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
    runs = await in_database(lambda: list(live_runs(user).values_list("session_id", flat=True)))
    rows = Session.objects.filter(user=user)
    workspaces = await in_database(lambda: [key.hex for key in rows.values_list("pk", flat=True)])
    for session_id in {*runs, *workspaces}:
        with contextlib.suppress(SessionLost):
            await door().send(session_id, End())
    await in_database(rows.delete)


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

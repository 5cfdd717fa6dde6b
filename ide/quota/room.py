"""Room among a user's live sessions: those that the sandbox knows to be over, and those that nobody uses."""

import asyncio
import contextlib
import itertools
from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from ide.database import in_database
from ide.door import door
from ide.models import Session
from ide.quota import quotas
from ide.socket.sockets import sockets_of

OPENING_SECONDS = 10.0  # for that long the sandbox may not know of one that was let in
SLEEP_SECONDS = 10.0  # for that long a session may keep its local changes
CLOSING_SECONDS = 1.0
LOOK_SECONDS = 0.1


async def gone_sessions(user_id: int) -> list[str]:
    """Those that are over, although their rows do not say so yet."""
    opened = timezone.now() - timedelta(seconds=OPENING_SECONDS)
    known = await _live_sessions(user_id, opened_at__lt=opened)
    return [session_id for session_id in known if await _is_gone(session_id)]


async def make_room(user_id: int, limit: int, gone: Collection[str]) -> list[str] | None:
    """Put as many to sleep, without a window or a run, as keep one more from being let in; `gone` are over.

    Which sleep now; None where there is no room to be made. What they had is kept, and they come back when
    their workspaces are opened.
    """
    live = [session_id for session_id in await _live_sessions(user_id) if session_id not in gone]
    too_many, told = len(live) + 1 - limit, list[str]()
    if too_many < 1:
        return []  # one of them has ended meanwhile
    for session_id, used_at in (await _unused(user_id, live, too_many)).items():
        if len(told) < too_many and await door().hibernate(session_id, used_at):
            told.append(session_id)
    sleep = await asyncio.gather(*(_sleeps(session_id) for session_id in told))
    return list(itertools.compress(told, sleep)) or None


async def _unused(user_id: int, live: list[str], too_many: int) -> dict[str, float]:
    """Those that may go to sleep, in their order, with the time of their last use.

    A page that was just left for the one that asks closes its window in a moment: that is waited for.
    """
    for _ in range(round(CLOSING_SECONDS / LOOK_SECONDS)):
        idle = await door().idle(live)
        if len(idle) < too_many:
            break
        windows = await sockets_of(user_id).session_ids()
        if found := quotas.to_sleep(too_many, idle, windows):
            return {session_id: idle[session_id] for session_id in found}
        await asyncio.sleep(LOOK_SECONDS)
    return {}


async def _live_sessions(user_id: int, **more: datetime) -> list[str]:
    rows = Session.objects.filter(user_id=user_id, state__in=Session.LIVE, **more)
    return await in_database(lambda: [session.workspace_id.hex for session in rows])


async def _is_gone(session_id: str) -> bool:
    status = await door().status(session_id)
    return status is None or status.state in ("hibernated", "lost")


async def _sleeps(session_id: str) -> bool:
    """Whether it does within its time: it may have been given a run meanwhile."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SLEEP_SECONDS):
            while not await _is_gone(session_id):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
            return True
    return False

"""Lets runs and sessions in, or refuses them: check and row in one transaction, one user at a time.

    lock the user's row ── read the standing ── decide (ide.quota.quotas) ── write the row ── commit

PostgreSQL waits at the row's lock, SQLite at the start of the immediate transaction, so that requests that
come at once never pass a limit together.
"""

from collections.abc import Callable, Iterable

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from ide.database import in_database
from ide.door import door
from ide.exceptions import Forbidden, Invalid, Refused
from ide.models import IdempotencyKey, Run, Session, Usage, User, Workspace
from ide.prepared import Prepared
from ide.quota import quotas, room
from ide.quota.quotas import Allowance
from ide.quota.standing import allowance_of, live_runs, run_standing_of, standing_of

Complete = Callable[[Run, Allowance], None]

USER_FIELDS = [field.attname for field in User._meta.concrete_fields]
LOCKED = Prepared(
    lambda given: User.objects.select_for_update().filter(pk=given("user")).values_list(*USER_FIELDS)
)
REQUESTED = Prepared(
    lambda given: (
        Run.objects.filter(workspace=given("workspace"), request_id=given("request"))
        .order_by()
        .values_list("pk")
    )
)


def lock(user_id: int) -> User:
    """The user's row, ours until the transaction ends. Raises Forbidden for one who may not act any more."""
    rows = LOCKED(user=user_id)
    user = User.from_db(DEFAULT_DB_ALIAS, USER_FIELDS, rows[0]) if rows else None
    if user is None or not user.is_active:
        raise Forbidden("This account is suspended. Write to the administrator.")
    if not user.may_act():
        raise Forbidden("Your time as a guest is over. Sign up, or begin again as a guest.")
    return user


@transaction.atomic
def admit_run(
    run: Run, ended: Iterable[str] = (), key: IdempotencyKey | None = None, complete: Complete | None = None
) -> Run:
    """Save the new run if its user may start it, and count it; an earlier run of the same request comes back.

    The same request is one of the same workspace and `request_id`, or of the same user and `key`.

    `ended` are runs that the sandbox knows to be over, although their rows do not say so yet. Live runs of
    the same session and mode do not count: the new one supersedes them. `complete` fills in what of the
    run depends on what its user may use. Raises Refused.
    """
    user = lock(run.user_id)
    earlier = _same_request(run) or (_same_key(key) if key else None)
    if earlier:
        return earlier
    allowance = allowance_of(user)
    if complete:
        complete(run, allowance)
    superseded = (run.session_id, run.mode)
    standing = run_standing_of(user, ended, superseded)
    quotas.check_run(allowance, standing, run.mode, run.toolchain_name)
    run.save(force_insert=True)
    if key:
        key.run = run
        key.save(force_insert=True)
    Usage.charge(user.pk, runs=1)
    return run


@transaction.atomic
def admit_session(workspace: Workspace, gone: Iterable[str] = ()) -> Session:
    """Count the workspace's session as live, if its user may have one more. Raises Refused.

    `gone` are workspaces whose sessions the sandbox knows to be over, although their rows do not say so yet.
    """
    user = lock(workspace.user_id)
    Session.objects.filter(user=user, pk__in=list(gone)).update(state=Session.State.LOST)
    session = Session.objects.filter(pk=workspace.pk).first() or Session(workspace=workspace, user=user)
    if session.state in Session.LIVE and not session._state.adding:
        return session
    quotas.check_session(allowance_of(user), standing_of(user))
    session.state, session.opened_at, session.changed_at = (
        Session.State.STARTING,
        timezone.now(),
        timezone.now(),
    )
    session.save()
    return session


async def let_run(run: Run, key: IdempotencyKey | None = None, complete: Complete | None = None) -> Run:
    """`admit_run`; when runs at once are used up, those that the sandbox knows to be over are left out."""
    try:
        return await in_database(admit_run, run, (), key, complete)
    except Refused as refusal:
        ended = await _ended_runs(run) if refusal.limit == "runs" else []
        if not ended:
            raise
    return await in_database(admit_run, run, ended, key, complete)


async def let_session(workspace: Workspace) -> Session:
    """`admit_session`; when sessions are used up, those that the sandbox knows to be over are left out.

    When that is not enough, those go to sleep that were unused longest and have neither a window nor a run.
    """
    gone: list[str] = []
    while True:
        try:
            return await in_database(admit_session, workspace, gone)
        except Refused as refusal:
            if refusal.limit != "sessions":
                raise
            known, gone = gone, await room.gone_sessions(workspace.user_id)
            if set(gone) <= set(known):  # that was not enough
                asleep = await room.make_room(workspace.user_id, int(refusal.value), gone)
                if asleep is None:
                    raise
                gone += asleep


async def _ended_runs(run: Run) -> list[str]:
    """The recorder may be some milliseconds behind the sandbox."""
    live = await in_database(lambda: [each.run_id for each in live_runs(run.user).only("pk")])
    return [run_id for run_id in live if await door().outcome(run_id)]


def _same_request(run: Run) -> Run | None:
    if run.request_id is None:
        return None
    found = REQUESTED(workspace=run.workspace_id, request=run.request_id)
    return Run.objects.only("session_id", "workspace").get(pk=found[0][0]) if found else None


def _same_key(key: IdempotencyKey) -> Run | None:
    earlier = IdempotencyKey.objects.select_related("run").filter(user=key.user, key=key.key).first()
    if earlier is None:
        return None
    if earlier.request_digest != key.request_digest:
        raise Invalid(
            "This Idempotency-Key came with another request before: take a new one.", "Idempotency-Key"
        )
    return earlier.run

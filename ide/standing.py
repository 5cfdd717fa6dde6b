"""Reads a user's allowance and standing from the database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, Sum, prefetch_related_objects
from django.utils import timezone

from ide.models import File, Plan, PlanOverride, Run, Toolchain, Usage, User, Workspace
from ide.models.plans import QUOTAS
from ide.quotas import Allowance, Standing, combine
from ide.usage_query import kept

MINUTE = timedelta(seconds=60)
NAMES = Prefetch("toolchains", Toolchain.objects.only("name"))


def plan_of(user: User) -> Plan:
    """The user's own plan, else the one for guests or for everybody; the model's defaults without one."""
    if user.plan is not None:
        return user.plan
    audience = Plan.Audience.GUESTS if user.is_guest else Plan.Audience.EVERYBODY
    return Plan.objects.filter(audience=audience).first() or Plan(name="Standard")


def allowance_of(user: User) -> Allowance:
    """What the user may use from now on."""
    plan = plan_of(user)
    rows = PlanOverride.objects.filter(Q(user=user) | Q(group__user=user))
    overrides = list(rows.prefetch_related(NAMES))
    if plan.pk:
        prefetch_related_objects([plan], NAMES)
    groups = [_values(each) for each in overrides if each.user_id is None]
    own = [_values(each) for each in overrides if each.user_id is not None]
    return combine({"plan": plan.name, **_values(plan)}, groups, own[0] if own else None)


def standing_of(user: User) -> Standing:
    """What the user uses now."""
    counts = kept()
    found = User.objects.filter(pk=user.pk).values_list(*counts.values()).get()
    return replace(run_standing_of(user), **dict(zip(counts, found, strict=True)))


def run_standing_of(
    user: User, ended: Iterable[str] = (), superseded: tuple[Workspace, str] | None = None
) -> Standing:
    """What matters for one more run, without `ended` runs and those of the superseded workspace and mode."""
    now = timezone.now()
    usage = Usage.objects.filter(user=user, day=now.date()).first()
    since = max(now - MINUTE, (usage and usage.reset_at) or now - MINUTE)
    counted = Run.objects.filter(Q(outcome=None) | Q(created_at__gt=since), user=user)
    # One plain query: counting in Python takes less than building the queries that count.
    runs = list(counted.values_list("pk", "created_at", "outcome", "workspace_id", "mode"))
    recent = [created_at for _, created_at, *_ in runs if created_at > since]
    replaced = (superseded[0].pk, superseded[1]) if superseded else None
    live = [pk for pk, _, outcome, *place in runs if outcome is None and tuple(place) != replaced]
    return Standing(
        runs=len(set(live) - {UUID(run_id) for run_id in ended}),
        runs_last_minute=len(recent),
        next_run_seconds=int((min(recent) + MINUTE - now).total_seconds()) + 1 if recent else 0,
        cpu_seconds_today=usage.cpu_seconds if usage else 0.0,
        renews_seconds=int((renews_at(now) - now).total_seconds()),
    )


def live_runs(user: User) -> "Any":
    """Runs without a final state."""
    return Run.objects.filter(user=user, outcome=None)


def stored_bytes(user: User) -> int:
    """Of all files of all workspaces, and of the frozen copies."""
    files = File.objects.filter(workspace__user=user).aggregate(total=Sum("size"))["total"] or 0
    shares = user.shares.aggregate(total=Sum("size"))["total"] or 0
    return int(files + shares)


def renews_at(now: datetime) -> datetime:
    """When the day's quota begins anew: midnight UTC."""
    return datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)


def _values(row: Plan | PlanOverride) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in QUOTAS}
    toolchains = row.toolchains.all() if row.pk else ()
    return {**values, "toolchains": frozenset(each.name for each in toolchains)}

"""Reads a user's allowance and standing from the database."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from ide.models import File, Plan, PlanOverride, Run, Session, Usage, User, Workspace
from ide.models.plans import QUOTAS
from ide.quotas import Allowance, Standing, combine

MINUTE = timedelta(seconds=60)


def plan_of(user: User) -> Plan:
    """The user's own plan, else the one for guests or for everybody; the model's defaults without one."""
    if user.plan is not None:
        return user.plan
    audience = Plan.Audience.GUESTS if user.is_guest else Plan.Audience.EVERYBODY
    return Plan.objects.filter(audience=audience).first() or Plan(name="Standard")


def allowance_of(user: User) -> Allowance:
    """What the user may use from now on."""
    plan = plan_of(user)
    own = PlanOverride.objects.filter(user=user).first()
    groups = PlanOverride.objects.filter(group__user=user)
    return combine(
        {"plan": plan.name, **_values(plan)},
        [_values(each) for each in groups],
        _values(own) if own else None,
    )


def standing_of(
    user: User, ended: Iterable[str] = (), superseded: tuple[Workspace, str] | None = None
) -> Standing:
    """What the user uses now, without `ended` runs and those of the superseded workspace and mode."""
    now = timezone.now()
    usage = Usage.objects.filter(user=user, day=now.date()).first()
    since = max(now - MINUTE, (usage and usage.reset_at) or now - MINUTE)
    recent = Run.objects.filter(user=user, created_at__gt=since).order_by("created_at")
    first = recent.values_list("created_at", flat=True).first()
    live = live_runs(user).exclude(pk__in=list(ended))
    if superseded:
        live = live.exclude(workspace=superseded[0], mode=superseded[1])
    return Standing(
        sessions=Session.objects.filter(user=user, state__in=Session.LIVE).count(),
        runs=live.count(),
        runs_last_minute=recent.count(),
        next_run_seconds=int((first + MINUTE - now).total_seconds()) + 1 if first else 0,
        cpu_seconds_today=usage.cpu_seconds if usage else 0.0,
        renews_seconds=int((renews_at(now) - now).total_seconds()),
        workspaces=Workspace.objects.filter(user=user).count(),
        stored_bytes=stored_bytes(user),
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
    names = row.toolchains.values_list("name", flat=True) if row.pk else ()
    return {**values, "toolchains": frozenset(names)}

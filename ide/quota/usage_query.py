"""What many users use and have left, in one query: the numbers of `ledger.py`, to sort and filter by."""

from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Length
from django.utils import timezone

from ide.models import File, Overlay, Plan, PlanOverride, Run, Session, Share, Usage, User, Workspace

MINUTE = timedelta(seconds=60)
COUNTED = ("sessions", "runs", "runs_per_minute", "cpu_seconds_per_day", "workspaces", "stored_bytes")


def with_usage(users: "QuerySet[User]") -> "QuerySet[User]":
    """Each user with `used_<quota>` and `left_<quota>` for what is counted, and `runs_today`."""
    today = Usage.objects.filter(user=OuterRef("pk"), day=timezone.now().date())
    used = {
        **kept(),
        "runs": _count(Run.objects.filter(outcome=None)),
        "runs_per_minute": _count(_of_the_last_minute()),
        "cpu_seconds_per_day": Subquery(today.values("cpu_seconds")),
    }
    users = users.annotate(runs_today=Coalesce(Subquery(today.values("runs")), Value(0)))
    users = users.annotate(**{f"used_{name}": _number(expression) for name, expression in used.items()})
    plans = {plan.audience: plan for plan in Plan.objects.exclude(audience=Plan.Audience.ASSIGNED)}
    return users.annotate(
        **{f"left_{name}": Greatest(_limit(name, plans) - F(f"used_{name}"), _number(0)) for name in COUNTED}
    )


def _of_the_last_minute() -> "QuerySet[Run]":
    """Without those before the day's counts were reset."""
    now = timezone.now()
    resets = Usage.objects.filter(user=OuterRef("user"), day=now.date(), reset_at__gte=OuterRef("created_at"))
    return Run.objects.filter(~Exists(resets), created_at__gt=now - MINUTE, counted=True)


def kept() -> dict[str, Any]:
    """What a user has at the moment, for a query over users: live sessions, workspaces, bytes stored."""
    stored = [
        _sum(File.objects.all(), "workspace__user"),
        _sum(Share.objects.all(), "user"),
        _sum(Overlay.objects.all(), "workspace__user", Length("data")),
    ]
    return {
        "sessions": Coalesce(_count(Session.objects.filter(state__in=Session.LIVE)), Value(0)),
        "workspaces": Coalesce(_count(Workspace.objects.all()), Value(0)),
        "stored_bytes": sum(stored[1:], stored[0]),
    }


def _limit(name: str, plans: dict[str, Plan]) -> Any:
    """As `ide.quota.quotas.combine`: the user's own, the most generous of the groups', the plan's."""
    groups = PlanOverride.objects.filter(group__user=OuterRef("pk")).order_by().values("group__user")
    return Coalesce(
        _float(F(f"override__{name}")),
        _float(Subquery(groups.annotate(most=Max(name)).values("most"))),
        _float(F(f"plan__{name}")),
        Case(
            When(is_guest=True, then=_standing_plan(name, plans.get(Plan.Audience.GUESTS))),
            default=_standing_plan(name, plans.get(Plan.Audience.EVERYBODY)),
        ),
        output_field=FloatField(),
    )


def _standing_plan(name: str, plan: Plan | None) -> Any:
    return _number(getattr(plan or Plan(), name))


def _count(rows: "QuerySet[Any]") -> Any:
    mine = rows.filter(user=OuterRef("pk")).order_by().values("user")
    return Subquery(mine.annotate(n=Count("pk")).values("n"))


def _sum(rows: "QuerySet[Any]", user: str, size: Any = "size") -> Any:
    mine = rows.filter(Q(**{user: OuterRef("pk")})).order_by().values(user)
    return Coalesce(Subquery(mine.annotate(n=Sum(size)).values("n")), Value(0))


def _float(expression: Any) -> Any:
    return Coalesce(expression, expression, output_field=FloatField())


def _number(expression: Any) -> Any:
    return Coalesce(expression, Value(0.0), output_field=FloatField())

"""Reads a user's allowance and standing from the database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone

from ide.models import File, Overlay, Plan, PlanOverride, Run, Share, Usage, User
from ide.models.plans import QUOTAS
from ide.prepared import Prepared, Rows
from ide.quota.quotas import Allowance, Standing, combine
from ide.quota.usage_query import MINUTE, kept

_COLUMNS = ("toolchains__name", *QUOTAS)

OWN_PLAN = Prepared(
    lambda given: Plan.objects.filter(pk=given("plan")).order_by().values_list("pk", "name", *_COLUMNS)
)
STANDING_PLAN = Prepared(
    lambda given: (
        Plan.objects.filter(audience=given("audience")).order_by().values_list("pk", "name", *_COLUMNS)
    )
)
OVERRIDES = Prepared(
    lambda given: PlanOverride.objects.filter(
        Q(user=given("user")) | Q(group__user=given("user"))
    ).values_list("pk", "user_id", *_COLUMNS)
)
USED = Prepared(
    lambda given: (
        Usage.objects.filter(user=given("user"), day=given("day"))
        .order_by()
        .values_list("cpu_seconds", "reset_at")
    )
)
COUNTED_RUNS = Prepared(
    lambda given: (
        Run.objects.filter(
            Q(outcome=None) | Q(created_at__gt=given("since"), counted=True), user=given("user")
        )
        .order_by()
        .values_list("pk", "created_at", "outcome", "session_id", "mode")
    )
)


def _stored(rows: "QuerySet[Any]", owner: str, size: Any) -> Prepared:
    """The bytes of all of a user's."""
    return Prepared(
        lambda given: (
            rows.filter(**{owner: given("user")})
            .order_by()
            .values(owner)
            .annotate(total=Sum(size))
            .values_list("total")
        )
    )


STORED_FILES = _stored(File.objects.all(), "workspace__user", "size")
STORED_SHARES = _stored(Share.objects.all(), "user", "size")
STORED_OVERLAYS = _stored(Overlay.objects.all(), "workspace__user", Length("data"))


def allowance_of(user: User) -> Allowance:
    """What the user may use from now on."""
    rows = OWN_PLAN(plan=user.plan_id) if user.plan_id else STANDING_PLAN(audience=_audience(user))
    ((name, plan),) = _gathered(rows) or [("Standard", {name: getattr(Plan(), name) for name in QUOTAS})]
    overrides = _gathered(OVERRIDES(user=user.pk))
    groups = [values for owner, values in overrides if owner is None]
    own = [values for owner, values in overrides if owner is not None]
    return combine({"plan": name, "toolchains": frozenset(), **plan}, groups, own[0] if own else None)


def standing_of(user: User) -> Standing:
    """What the user uses now."""
    counts = kept()
    found = User.objects.filter(pk=user.pk).values_list(*counts.values()).get()
    return replace(run_standing_of(user), **dict(zip(counts, found, strict=True)))


def run_standing_of(
    user: User, ended: Iterable[str] = (), superseded: tuple[str, str] | None = None
) -> Standing:
    """What matters for one more run, without `ended` runs and those of the superseded session and mode."""
    now = timezone.now()
    cpu_seconds, reset_at = next(iter(USED(user=user.pk, day=now.date())), (0.0, None))
    since = max(now - MINUTE, reset_at or now - MINUTE)
    runs = COUNTED_RUNS(user=user.pk, since=since)
    recent = [created_at for _, created_at, *_ in runs if created_at > since]
    live = [pk for pk, _, outcome, *place in runs if outcome is None and tuple(place) != superseded]
    return Standing(
        runs=len(set(live) - {UUID(run_id) for run_id in ended}),
        runs_last_minute=len(recent),
        next_run_seconds=int((min(recent) + MINUTE - now).total_seconds()) + 1 if recent else 0,
        cpu_seconds_today=cpu_seconds,
        renews_seconds=int((renews_at(now) - now).total_seconds()),
    )


def live_runs(user: User) -> "Any":
    """Runs without a final state."""
    return Run.objects.filter(user=user, outcome=None)


def stored_bytes(user: User) -> int:
    """Of all that is kept for the user: what was written, and what sleeping sessions left."""
    return written_bytes(user) + _total(STORED_OVERLAYS, user)


def written_bytes(user: User) -> int:
    """Of all files of all workspaces, and of the frozen copies."""
    return _total(STORED_FILES, user) + _total(STORED_SHARES, user)


def _total(query: Prepared, user: User) -> int:
    return int(sum(size or 0 for (size,) in query(user=user.pk)))


def renews_at(now: datetime) -> datetime:
    """When the day's quota begins anew: midnight UTC."""
    return datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)


def _audience(user: User) -> str:
    return Plan.Audience.GUESTS if user.is_guest else Plan.Audience.EVERYBODY


def _gathered(rows: Rows) -> list[tuple[Any, dict[str, Any]]]:
    """Of each plan or override its label and its quotas; it has a row for each of its toolchains."""
    found: dict[int, tuple[Any, dict[str, Any]]] = {}
    for pk, label, toolchain, *quotas in rows:
        values = {**dict(zip(QUOTAS, quotas, strict=True)), "toolchains": frozenset[str]()}
        _, kept_values = found.setdefault(pk, (label, values))
        if toolchain is not None:
            kept_values["toolchains"] |= {toolchain}
    return list(found.values())

"""Queries that are built once give what the same query built anew gives, for each value."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone

from ide.models import Plan, PlanOverride, Run, Toolchain, User, Workspace
from ide.prepared import Prepared
from ide.quota.standing import allowance_of

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ("pk", "created_at", "outcome", "workspace_id", "mode", "start", "cpu_seconds")
RECENT = Prepared(
    lambda given: (
        Run.objects.filter(
            Q(outcome=None) | Q(created_at__gt=given("since")),
            workspace=given("workspace"),
            user=given("user"),
        )
        .order_by("created_at")
        .values_list(*COLUMNS)
    )
)


def ran(workspace: Workspace, minutes_ago: int, outcome: str | None) -> Run:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    ended = at if outcome else None
    return Run.objects.create(
        user=workspace.user,
        workspace=workspace,
        session_id=workspace.session_id,
        mode="interpret",
        start={"entry": "Main.hs"},
        created_at=at,
        outcome=outcome,
        ended_at=ended,
    )


def test_rows_are_those_of_the_query_with_the_types_of_the_model(workspace: Workspace, bob: User) -> None:
    other_workspace = Workspace.objects.create(user=bob, name="other", toolchain=workspace.toolchain)
    for of in (workspace, other_workspace):
        for minutes_ago, outcome in ((60, None), (30, "exited"), (1, "exited")):
            ran(of, minutes_ago, outcome)
    for of in (workspace, other_workspace):
        for minutes in (0, 10, 45):
            since = timezone.now() - timedelta(minutes=minutes)
            rows = RECENT(since=since, workspace=of.pk, user=of.user_id)
            counted = Run.objects.filter(Q(outcome=None) | Q(created_at__gt=since), workspace=of)
            assert rows == list(counted.order_by("created_at").values_list(*COLUMNS))
            assert len(rows) == {0: 1, 10: 2, 45: 3}[minutes]


def test_the_allowance_is_the_plan_then_the_best_of_the_groups_then_the_users_own(
    alice: User, toolchain_row: Toolchain
) -> None:
    other = Toolchain.objects.create(name="ghc-9.10", digest="sha256:b", image="b", ghc="9.10.3")
    Plan.objects.filter(audience=Plan.Audience.EVERYBODY).update(sessions=1, runs=2, sockets=3)
    for name, fields in {"one": {"runs": 7, "sockets": 9}, "two": {"runs": 8}}.items():
        group = Group.objects.create(name=name)
        alice.groups.add(group)
        override = PlanOverride.objects.create(group=group, **fields)
        override.toolchains.set([toolchain_row, other])
    PlanOverride.objects.create(group=Group.objects.create(name="not hers"), runs=1000)
    found = allowance_of(alice)
    assert (found.sessions, found.runs, found.sockets) == (1, 8, 9)
    assert found.toolchains == {"ghc-9.6", "ghc-9.10"}
    own = PlanOverride.objects.create(user=alice, runs=4, compile_allowed=False)
    own.toolchains.set([other])
    found = allowance_of(alice)
    assert (found.runs, found.sockets, found.compile_allowed) == (4, 9, False)
    assert found.toolchains == {"ghc-9.10"}


def test_a_plan_of_ones_own_holds_instead_of_that_for_everybody(alice: User) -> None:
    alice.plan = Plan.objects.create(name="Class", runs=17)
    alice.save()
    assert (allowance_of(alice).plan, allowance_of(alice).runs) == ("Class", 17)
    Plan.objects.filter(name="Class").update(runs=1)
    assert allowance_of(alice).runs == 1


def test_without_any_plan_the_models_numbers_hold(alice: User) -> None:
    Plan.objects.all().delete()
    assert (allowance_of(alice).plan, allowance_of(alice).runs) == ("Standard", Plan().runs)

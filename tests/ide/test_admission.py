import asyncio
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ide.api import shares, workspaces
from ide.database import in_database
from ide.exceptions import Forbidden, Invalid, Refused
from ide.models import IdempotencyKey, Plan, PlanOverride, Run, Session, Toolchain, Usage, User, Workspace
from ide.quota import room
from ide.quota.admission import admit_run, admit_session, let_run, let_session
from ide.quota.standing import standing_of, stored_bytes
from ide.socket.sockets import named, sockets_of
from ide.workspaces import files
from ide.workspaces.sessions import open_session
from sandbox.limits import KIB, RunLimits
from sandbox.messages import Finished, Start, Status
from tests.ide.fake_client import FakeClient


def a_run(workspace: Workspace, mode: str = "interpret", request_id: str | None = None) -> Run:
    run_id = uuid.uuid4()
    return Run(
        id=run_id,
        user=workspace.user,
        workspace=workspace,
        session_id=workspace.session_id,
        request_id=request_id,
        toolchain_name="ghc-9.6",
        toolchain_digest="sha256:x",
        mode=mode,
    )


def a_one_shot(user: User) -> Run:
    run_id = uuid.uuid4()
    return Run(
        id=run_id,
        user=user,
        session_id=run_id.hex,
        toolchain_name="ghc-9.6",
        toolchain_digest="sha256:x",
        mode="interpret",
    )


def at_once(count: int, work: Callable[[int], object]) -> list[Exception | None]:
    """Run `work` in that many threads, all let go together; what each raised."""
    start, outcomes = threading.Barrier(count), list[Exception | None]([None] * count)

    def one(number: int) -> None:
        start.wait()
        try:
            work(number)
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_fifty_runs_at_once_never_pass_a_limit_of_five(alice: User) -> None:
    outcomes = at_once(50, lambda number: admit_run(a_one_shot(alice)))
    assert [type(each) for each in outcomes if each] == [Refused] * 45
    assert Run.objects.count() == 5
    assert Usage.objects.get().runs == 5


def test_fifty_sessions_at_once_never_pass_a_limit_of_three(alice: User, toolchain_row: Toolchain) -> None:
    made = [Workspace.objects.create(user=alice, name=str(n), toolchain=toolchain_row) for n in range(50)]
    outcomes = at_once(50, lambda number: admit_session(made[number]))
    assert [type(each) for each in outcomes if each] == [Refused] * 47
    assert Session.objects.filter(state__in=Session.LIVE).count() == 3


def test_fifty_workspaces_at_once_never_pass_a_limit_of_four(alice: User, toolchain_row: Toolchain) -> None:
    PlanOverride.objects.create(user=alice, workspaces=4)
    outcomes = at_once(50, lambda number: workspaces.create(alice, f"w{number}", None, {"Main.hs": "x"}))
    refused = [each for each in outcomes if each]
    assert [(type(each), getattr(each, "limit", None)) for each in refused] == [(Refused, "workspaces")] * 46
    assert alice.workspaces.count() == 4


def test_fifty_uploads_just_under_the_limit_never_pass_it_together(workspace: Workspace) -> None:
    PlanOverride.objects.create(user=workspace.user, stored_bytes=100 * KIB)
    outcomes = at_once(50, lambda number: files.write(workspace, f"F{number}.hs", "x" * 30 * KIB))
    assert len([each for each in outcomes if each is None]) == 3
    assert {type(each) for each in outcomes if each} == {Refused}
    assert stored_bytes(workspace.user) <= 100 * KIB


def test_fifty_shares_at_once_never_pass_the_limit_together(workspace: Workspace) -> None:
    user, size = workspace.user, stored_bytes(workspace.user)
    PlanOverride.objects.create(user=user, stored_bytes=4 * size)
    outcomes = at_once(50, lambda number: shares._share(user, workspace.session_id))
    assert len([each for each in outcomes if each is None]) == 3
    assert {type(each) for each in outcomes if each} == {Refused}
    assert stored_bytes(user) == 4 * size


def test_the_same_request_at_once_makes_one_run(workspace: Workspace) -> None:
    outcomes = at_once(10, lambda number: admit_run(a_run(workspace, request_id="r1")))
    assert outcomes == [None] * 10
    assert Run.objects.count() == 1
    assert Usage.objects.get().runs == 1


def test_the_same_idempotency_key_at_once_makes_one_run(alice: User) -> None:
    def call(number: int) -> None:
        admit_run(a_one_shot(alice), (), IdempotencyKey(user=alice, key="k", request_digest="d"))

    assert at_once(10, call) == [None] * 10
    assert Run.objects.count() == 1


def test_a_key_of_another_request_is_refused(alice: User) -> None:
    admit_run(a_one_shot(alice), (), IdempotencyKey(user=alice, key="k", request_digest="d"))
    with pytest.raises(Invalid, match="another request"):
        admit_run(a_one_shot(alice), (), IdempotencyKey(user=alice, key="k", request_digest="other"))


def test_bobs_key_is_not_alices(alice: User, bob: User) -> None:
    first = admit_run(a_one_shot(alice), (), IdempotencyKey(user=alice, key="k", request_digest="d"))
    second = admit_run(a_one_shot(bob), (), IdempotencyKey(user=bob, key="k", request_digest="d"))
    assert first.pk != second.pk


def test_a_newer_run_of_the_same_mode_supersedes_and_does_not_count(workspace: Workspace) -> None:
    PlanOverride.objects.create(user=workspace.user, runs=1)
    admit_run(a_run(workspace))
    admit_run(a_run(workspace))
    with pytest.raises(Refused):
        admit_run(a_run(workspace, mode="test"))


def test_a_refused_run_leaves_nothing_behind(alice: User) -> None:
    PlanOverride.objects.create(user=alice, runs=0)
    with pytest.raises(Refused):
        admit_run(a_one_shot(alice), (), IdempotencyKey(user=alice, key="k", request_digest="d"))
    assert not Run.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert not Usage.objects.exists()


def test_a_plan_takes_effect_on_the_next_run(alice: User) -> None:
    admit_run(a_one_shot(alice))
    PlanOverride.objects.create(user=alice, runs=1)
    with pytest.raises(Refused, match="1 run at once"):
        admit_run(a_one_shot(alice))


def test_the_days_cpu_is_a_limit_until_it_is_reset(alice: User) -> None:
    Usage.charge(alice.pk, cpu_seconds=3600.5)
    with pytest.raises(Refused, match="CPU time"):
        admit_run(a_one_shot(alice))
    Usage.objects.update(cpu_seconds=0)
    admit_run(a_one_shot(alice))


def test_yesterdays_use_does_not_count_today(alice: User) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    Usage.objects.create(user=alice, day=yesterday, cpu_seconds=99999)
    admit_run(a_one_shot(alice))


def test_runs_of_the_last_minute_count_though_they_ended(alice: User) -> None:
    PlanOverride.objects.create(user=alice, runs_per_minute=1)
    run = admit_run(a_one_shot(alice))
    Run.finish(run.run_id, Finished(outcome="exited", exit_code=0), timezone.now())
    with pytest.raises(Refused) as caught:
        admit_run(a_one_shot(alice))
    assert caught.value.limit == "runs_per_minute"
    assert 55 <= (caught.value.retry_seconds or 0) <= 61


def test_the_suspended_and_expired_are_not_let_in(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(Forbidden, match="suspended"):
        admit_run(a_one_shot(alice))
    User.objects.filter(pk=bob.pk).update(is_guest=True, expires_at=timezone.now())
    with pytest.raises(Forbidden, match="guest is over"):
        admit_run(a_one_shot(bob))


def test_a_live_session_is_not_counted_again(workspace: Workspace) -> None:
    PlanOverride.objects.create(user=workspace.user, sessions=1)
    admit_session(workspace)
    admit_session(workspace)
    assert standing_of(workspace.user).sessions == 1


def test_a_hibernated_session_makes_room(workspace: Workspace, toolchain_row: Toolchain) -> None:
    PlanOverride.objects.create(user=workspace.user, sessions=1)
    admit_session(workspace)
    other = Workspace.objects.create(user=workspace.user, name="other", toolchain=toolchain_row)
    with pytest.raises(Refused):
        admit_session(other)
    Session.objects.update(state=Session.State.HIBERNATED)
    admit_session(other)


async def test_a_run_that_the_sandbox_knows_to_be_over_does_not_count(
    alice: User, client_of_sandbox: FakeClient
) -> None:
    await PlanOverride.objects.acreate(user=alice, runs=1)
    first = await let_run(a_one_shot(alice))
    with pytest.raises(Refused):
        await let_run(a_one_shot(alice))
    client_of_sandbox.finished[first.run_id] = Finished(outcome="exited", exit_code=0)
    repeated = a_one_shot(alice)
    other = Run(**{f.attname: getattr(repeated, f.attname) for f in Run._meta.concrete_fields})
    second = await let_run(other)  # its user is known by id only, as a window's is
    assert second.pk != first.pk


async def ready(client: FakeClient, user: User, count: int, prefix: str = "w") -> list[Workspace]:
    """Workspaces with a session each, the first one unused longest."""
    toolchain = await Toolchain.objects.aget()
    made = []
    for number in range(count):
        each = await Workspace.objects.acreate(user=user, name=f"{prefix}{number}", toolchain=toolchain)
        await let_session(each)
        client.statuses[each.session_id] = Status(state="ready")
        client.used[each.session_id] = float(number)
        made.append(each)
    return made


def asleep(client: FakeClient, workspaces: list[Workspace]) -> list[str]:
    return [each.name for each in workspaces if client.statuses[each.session_id].state == "hibernated"]


async def has_window(workspace: Workspace) -> None:
    await sockets_of(workspace.user_id).enter(named(workspace.session_id, "window"), 8)


async def test_a_session_that_the_sandbox_knows_to_sleep_does_not_count(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await PlanOverride.objects.acreate(user=workspace.user, sessions=1)
    [other] = await ready(client_of_sandbox, workspace.user, 1)
    client_of_sandbox.statuses[other.session_id] = Status(state="starting")
    with pytest.raises(Refused):
        await let_session(workspace)
    client_of_sandbox.statuses[other.session_id] = Status(state="hibernated")
    with pytest.raises(Refused):
        await let_session(workspace)  # it may be on its way to the sandbox again
    await Session.objects.aupdate(opened_at=timezone.now() - timedelta(minutes=1))
    await let_session(workspace)


@pytest.mark.usefixtures("redis_for_sockets")
async def test_the_session_that_was_unused_longest_makes_room(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    three = await ready(client_of_sandbox, workspace.user, 3)
    await has_window(three[0])
    await let_session(workspace)
    assert asleep(client_of_sandbox, three) == ["w1"]
    assert (await in_database(standing_of, workspace.user)).sessions == 3


@pytest.mark.usefixtures("redis_for_sockets")
async def test_a_page_that_was_left_for_the_new_one_makes_room(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CLOSING_SECONDS", 60.0)
    await PlanOverride.objects.acreate(user=workspace.user, sessions=1)
    [left] = await ready(client_of_sandbox, workspace.user, 1)
    await has_window(left)
    opening = asyncio.create_task(let_session(workspace))
    await asyncio.sleep(0.3)
    assert asleep(client_of_sandbox, [left]) == []
    await sockets_of(workspace.user_id).leave(named(left.session_id, "window"))
    await opening
    assert asleep(client_of_sandbox, [left]) == ["w0"]


@pytest.mark.usefixtures("redis_for_sockets")
async def test_who_has_a_window_or_a_run_in_each_session_is_refused(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CLOSING_SECONDS", 0.2)
    three = await ready(client_of_sandbox, workspace.user, 3)
    for each in three[:2]:
        await has_window(each)
    start = Start(run_id="r", mode="interpret", limits=RunLimits())
    client_of_sandbox.inbox[three[2].session_id].append(start)
    with pytest.raises(Refused, match="with a window or a run"):
        await let_session(workspace)
    assert asleep(client_of_sandbox, three) == []


@pytest.mark.usefixtures("redis_for_sockets")
async def test_as_many_sleep_as_a_smaller_plan_wants_or_nobody(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CLOSING_SECONDS", 0.2)
    three = await ready(client_of_sandbox, workspace.user, 3)
    await has_window(three[2])
    await PlanOverride.objects.acreate(user=workspace.user, sessions=1)
    with pytest.raises(Refused):
        await let_session(workspace)
    assert asleep(client_of_sandbox, three) == []
    await PlanOverride.objects.aupdate(sessions=2)
    await let_session(workspace)
    assert asleep(client_of_sandbox, three) == ["w0", "w1"]


async def test_a_session_that_ends_meanwhile_makes_room(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ended(_: int) -> list[str]:
        await Session.objects.filter(workspace=three[0]).aupdate(state=Session.State.HIBERNATED)
        return []

    three = await ready(client_of_sandbox, workspace.user, 3)
    monkeypatch.setattr(room, "gone_sessions", ended)
    await let_session(workspace)
    assert asleep(client_of_sandbox, three) == []


@pytest.mark.usefixtures("redis_for_sockets")
async def test_a_session_that_does_not_sleep_in_time_keeps_its_place(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told(*_: object) -> bool:
        return True

    monkeypatch.setattr(room, "SLEEP_SECONDS", 0.2)
    monkeypatch.setattr(client_of_sandbox, "hibernate", told)
    await ready(client_of_sandbox, workspace.user, 3)
    with pytest.raises(Refused):
        await let_session(workspace)


@pytest.mark.usefixtures("redis_for_sockets")
async def test_fifty_sessions_that_want_the_room_of_five_never_pass_the_limit(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    user = workspace.user
    await PlanOverride.objects.acreate(user=user, sessions=5)
    five = await ready(client_of_sandbox, user, 5)
    wanting = [
        await Workspace.objects.acreate(user=user, name=f"n{number}", toolchain_id=workspace.toolchain_id)
        for number in range(50)
    ]
    answers = await asyncio.gather(*map(let_session, wanting), return_exceptions=True)
    assert len([each for each in answers if isinstance(each, Refused)]) == 45
    assert len([each for each in answers if isinstance(each, Session)]) == 5
    assert len(asleep(client_of_sandbox, five)) == 5
    assert (await in_database(standing_of, user)).sessions == 5


def test_a_run_has_one_final_state(alice: User) -> None:
    run = admit_run(a_one_shot(alice))
    assert Run.finish(run.run_id, Finished(outcome="exited", exit_code=0), timezone.now())
    assert not Run.finish(run.run_id, Finished(outcome="stopped"), timezone.now())
    run.refresh_from_db()
    assert run.outcome == "exited"


async def test_a_full_pool_is_told_the_weight_of_the_plan(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await open_session(workspace)
    assert client_of_sandbox.openings[workspace.session_id].weight == 100
    await Plan.objects.aupdate(queue_weight=300)
    await open_session(workspace)
    assert client_of_sandbox.openings[workspace.session_id].weight == 300

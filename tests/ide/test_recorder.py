"""What the sandbox says is written once; what was accepted is sent again until it has an end."""

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from ide import recorder
from ide.database import in_database
from ide.exceptions import Refused
from ide.models import File, Host, Overlay, PlanOverride, Run, Session, Toolchain, Usage, User, Workspace
from ide.protocol import RunStart
from ide.quota import charges
from ide.quota.admission import admit_run
from ide.quota.standing import standing_of, stored_bytes
from ide.recorder import record_all
from ide.runs import finished_of, start_run
from ide.sweep import Sweep, expire
from ide.unnamed import turn_away
from ide.workspaces.files import write, write_all
from ide.workspaces.sessions import open_session
from sandbox.messages import (
    Built,
    Charged,
    Diagnostic,
    End,
    Finished,
    LeftFile,
    LeftOut,
    Missing,
    Position,
    Range,
    Record,
    RunBegan,
    RunEnded,
    SessionChanged,
    Start,
    Started,
    Status,
    Timings,
)
from sandbox.messages import Usage as RunUsed
from tests.ide.fake_client import FakeClient

pytestmark = pytest.mark.django_db(transaction=True)

EXITED = Finished("exited", "run", 3, timings=Timings(0.1, 0.2, 0.3), usage=RunUsed(0.25, 1000))


async def accepted(workspace: Workspace, request: str = "r") -> Run:
    await open_session(workspace)
    return await start_run(workspace, RunStart(request_id=request, mode="interpret"), [])


def ended(run: Run, finished: Finished = EXITED, stdout: str = "out") -> RunEnded:
    return RunEnded(run.run_id, run.session_id, "vm1", finished, stdout, "err", 3, 3, time.time())


async def record(client: FakeClient, *records: Record) -> None:
    for each in records:
        client.waiting.append((f"{len(client.waiting)}-0", each))
    await record_all("test", 0)


async def again(run: Run) -> Run:
    return await in_database(Run.objects.select_related("host").get, pk=run.pk)


@pytest.fixture
def host(transactional_db: None) -> Host:
    return Host.objects.create(name="vm1", address="unix:///run/docker.sock")


async def test_a_runs_end_is_written_with_everything(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    began = RunBegan(run.run_id, run.session_id, "vm1", time.time())
    await record(client_of_sandbox, began, ended(run))
    row = await again(run)
    assert (row.outcome, row.phase, row.exit_code, row.host) == ("exited", "run", 3, host)
    assert (row.stdout, row.stderr, row.stdout_bytes) == ("out", "err", 3)
    assert (row.queued_seconds, row.compile_seconds, row.run_seconds) == (0.1, 0.2, 0.3)
    assert (row.cpu_seconds, row.peak_memory_bytes) == (0.25, 1000)
    assert row.started_at is not None
    assert len(client_of_sandbox.settled) == 2


async def test_only_the_first_final_state_is_kept(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    await record(client_of_sandbox, ended(run), ended(run), ended(run, Finished("host_lost"), "other"))
    row = await again(run)
    assert (row.outcome, row.stdout) == ("exited", "out")


async def test_what_programs_and_splices_say_is_kept_with_its_nuls(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    at = Range(Position(0, 7), Position(0, 8))
    error = Diagnostic("file:///work/Main.hs", at, 1, None, "ghc", "fail: \0 \ufdd0")
    refused = Finished("compile_failed", "compile", diagnostics=[error], reason="a\0b")
    await record(client_of_sandbox, ended(run, refused, stdout="a\0b"))
    row = await again(run)
    assert (row.stdout, row.reason) == ("a\0b", "a\0b")
    assert finished_of(row) == refused


async def test_cpu_is_charged_by_difference_and_once(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    owner = workspace.user.owner_id
    for total in (2.0, 5.0, 5.0, 4.0):
        await record(client_of_sandbox, Charged(workspace.session_id, owner, "c1", total, time.time()))
    usage = await in_database(Usage.objects.get, user=workspace.user)
    assert usage.cpu_seconds == pytest.approx(5.0)


async def test_no_more_is_charged_than_there_was_whatever_a_host_says(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    owner, at = workspace.user.owner_id, time.time()
    await record(client_of_sandbox, Charged(workspace.session_id, owner, "c1", 4e9, at))
    assert (await in_database(Usage.objects.get, user=workspace.user)).cpu_seconds == pytest.approx(40.0)
    await record(client_of_sandbox, Charged(workspace.session_id, owner, "c1", 3.0, at + 5))
    assert (await in_database(Usage.objects.get, user=workspace.user)).cpu_seconds == pytest.approx(40.0)


async def used(user: User) -> tuple[int, Any]:
    """Runs and CPU seconds of today."""
    usage = await in_database(Usage.objects.get, user=user)
    return usage.runs, pytest.approx(usage.cpu_seconds)


def charged(run: Run, total: float, container: str = "c1") -> Charged:
    return Charged(run.session_id, f"u{run.user_id}", container, total, time.time())


async def test_what_a_container_used_before_it_had_an_owner_is_nobodys(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    owner = workspace.user.owner_id
    await record(
        client_of_sandbox,
        Charged(None, None, "c1", 1.5, time.time()),
        Charged(workspace.session_id, owner, "c1", 2.0, time.time()),
    )
    assert await used(workspace.user) == (0, 0.5)


@pytest.mark.parametrize("outcome", ["internal_error", "host_lost"])
async def test_a_fault_of_ours_is_never_charged(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient, outcome: str
) -> None:
    run = await accepted(workspace)
    began = RunBegan(run.run_id, run.session_id, "vm1", time.time() - 1)
    await record(client_of_sandbox, charged(run, 1.0), began, charged(run, 3.0))
    assert await used(workspace.user) == (1, 3.0)
    fault = ended(run, Finished(outcome))  # type: ignore[arg-type]
    await record(client_of_sandbox, fault, fault, charged(run, 4.0))
    assert await used(workspace.user) == (0, 1.0), "what the session used before the run stays"
    assert (await in_database(standing_of, workspace.user)).runs_last_minute == 0


async def test_who_makes_fault_after_fault_pays_for_them(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    for number in range(charges.FAULTS_A_DAY + 2):
        run = await accepted(workspace, f"r{number}")
        began = RunBegan(run.run_id, run.session_id, "vm1", time.time() - 1)
        await record(client_of_sandbox, began, ended(run, Finished("host_lost")))
    assert (await used(workspace.user))[0] == 2


@pytest.mark.parametrize("outcome", sorted({*Run.Outcome.values} - {"internal_error", "host_lost"}))
async def test_every_other_end_is_charged(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient, outcome: str
) -> None:
    run = await accepted(workspace)
    began = RunBegan(run.run_id, run.session_id, "vm1", time.time() - 1)
    await record(client_of_sandbox, began, charged(run, 2.0), ended(run, Finished(outcome)))  # type: ignore[arg-type]
    assert await used(workspace.user) == (1, 2.0)
    assert (await in_database(standing_of, workspace.user)).runs_last_minute == 1


async def test_what_a_run_over_midnight_cost_is_taken_from_the_day_on_which_it_was_charged(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    day = timedelta(days=1)
    yesterday = (run.created_at - day).date()
    await in_database(Run.objects.filter(pk=run.pk).update, created_at=run.created_at - day)
    await in_database(Usage.objects.update, day=yesterday, cpu_seconds=8.0)
    began = RunBegan(run.run_id, run.session_id, "vm1", time.time() - 1)
    await record(client_of_sandbox, began, charged(run, 3.0), ended(run, Finished("host_lost")))
    days = await in_database(
        lambda: list(Usage.objects.order_by("day").values_list("day", "runs", "cpu_seconds"))
    )
    assert days == [(yesterday, 0, 8.0), (yesterday + day, 0, 0.0)]


async def test_a_reset_and_a_fault_of_ours_together_give_nothing_twice(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    await in_database(Usage.objects.update, runs=0, cpu_seconds=0.0, reset_at=timezone.now())
    await record(client_of_sandbox, charged(run, 2.0, "of another run"), ended(run, Finished("host_lost")))
    assert await used(workspace.user) == (0, 2.0)


def new_run(workspace: Workspace) -> Run:
    return Run.objects.create(
        user=workspace.user, workspace=workspace, session_id=workspace.session_id, mode="interpret"
    )


async def one_shot(user: User) -> Run:
    run_id = uuid.uuid4()
    run = Run(id=run_id, user=user, session_id=run_id.hex, toolchain_name="ghc-9.6", mode="interpret")
    return await in_database(admit_run, run)


async def test_a_one_shot_that_no_keeper_saw_pays_what_it_measured_itself(
    alice: User, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await one_shot(alice)
    await record(client_of_sandbox, ended(run), ended(run))
    assert await used(alice) == (1, 0.25)


async def test_one_that_found_no_room_does_not_count_and_pays_what_its_container_used_after_all(
    alice: User, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await one_shot(alice)
    await turn_away(run, Finished("stopped", reason="No machine had room."))
    await record(client_of_sandbox, charged(run, 1.0), ended(run, Finished("stopped")), charged(run, 7.0))
    assert await used(alice) == (0, 7.0)
    assert (await in_database(standing_of, alice)).runs_last_minute == 0


async def test_one_whose_session_was_lost_at_once_pays_nothing(
    alice: User, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await one_shot(alice)
    await turn_away(run, Finished("internal_error", reason="The session is lost."))
    await record(client_of_sandbox, ended(run, Finished("internal_error")), charged(run, 7.0))
    assert await used(alice) == (0, 0.0)


@pytest.mark.parametrize("figures", [(0.1, 0.2), (0.1, 0.25), (0.1, 0.75), (0.75, 0.75)])
async def test_a_one_shot_pays_its_own_figure_or_the_engines_never_both(
    alice: User, host: Host, client_of_sandbox: FakeClient, figures: tuple[float, float]
) -> None:
    run = await one_shot(alice)
    before, after = figures
    began = RunBegan(run.run_id, run.session_id, "vm1", time.time())
    await record(client_of_sandbox, began, charged(run, before), ended(run), charged(run, after))
    await record(client_of_sandbox, charged(run, after + 0.01))
    assert await used(alice) == (1, max(0.25, after + 0.01))


async def test_a_variant_that_was_built_is_registered_and_nobody_can_choose_it(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    built = Built("ghc-9.6-profiling", "sha256:" + "f" * 64, "9.6.6", {"base": "4.18"}, "ghc-9.6")
    await record(client_of_sandbox, built, built)
    made = await in_database(Toolchain.objects.get, name="ghc-9.6-profiling")
    assert (made.profiles, made.enabled, made.warm, made.is_default) == ("ghc-9.6", True, False, False)
    assert await in_database(list, Toolchain.offered()) == [workspace.toolchain]


async def test_a_session_that_hibernates_leaves_its_overlay(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    await open_session(workspace)
    (sha256,) = await client_of_sandbox.put_blobs([b"archive"])
    left_out = LeftOut(2, 70_000_000, [LeftFile("big.bin", 40_000_000)], at=1e9)
    await record(
        client_of_sandbox,
        SessionChanged(workspace.session_id, "ready", "vm1", None, time.time()),
        SessionChanged(workspace.session_id, "hibernated", None, sha256, time.time(), left_out),
    )
    session = await in_database(Session.objects.get, pk=workspace.pk)
    overlay = await in_database(Overlay.objects.get, workspace=workspace)
    assert (session.state, bytes(overlay.data)) == ("hibernated", b"archive")
    await open_session(workspace)
    opening = client_of_sandbox.openings[workspace.session_id]
    assert (opening.overlay, opening.left_out) == (sha256, left_out)
    await record(
        client_of_sandbox, SessionChanged(workspace.session_id, "hibernated", None, sha256, time.time())
    )
    await open_session(workspace)
    assert client_of_sandbox.openings[workspace.session_id].left_out is None


async def test_what_sleeping_sessions_left_counts_as_stored_and_keeps_only_new_things_out(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    user, archive = workspace.user, b"\0\xff" * 500
    written = (await in_database(standing_of, user)).stored_bytes
    await open_session(workspace)
    (sha256,) = await client_of_sandbox.put_blobs([archive])
    await in_database(PlanOverride.objects.create, user=user, stored_bytes=900)
    asleep = SessionChanged(workspace.session_id, "hibernated", None, sha256, time.time())
    await record(client_of_sandbox, asleep)
    overlay = await in_database(Overlay.objects.get, workspace=workspace)
    assert bytes(overlay.data) == archive, "nothing is lost to a quota"
    assert (await in_database(standing_of, user)).stored_bytes == written + 1000
    assert await in_database(stored_bytes, user) == written + 1000
    with pytest.raises(Refused, match="programs left"):
        await in_database(write_all, workspace, user, {"New.hs": "x"})
    await in_database(write, workspace, "Main.hs", "main = print 12\n")
    with pytest.raises(Refused):
        await in_database(write, workspace, "Main.hs", "x" * 901)


async def test_missing_contents_are_supplied_from_files_and_overlay(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    file = await in_database(File.objects.get, workspace=workspace)
    overlay = "b" * 64
    await in_database(Overlay.objects.create, workspace=workspace, sha256=overlay, data=b"archive")
    await record(client_of_sandbox, Missing(workspace.session_id, [file.sha256, overlay, "c" * 64]))
    assert sorted(client_of_sandbox.blobs.values()) == [b"archive", file.text.encode()]


async def test_contents_of_another_workspace_are_not_supplied(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    file = await in_database(File.objects.get, workspace=workspace)
    bob = await in_database(User.objects.create_user, "bob")
    other = await in_database(Workspace.objects.create, user=bob, name="o", toolchain=workspace.toolchain)
    await record(client_of_sandbox, Missing(other.session_id, [file.sha256]))
    assert client_of_sandbox.blobs == {}


async def test_a_record_that_makes_no_sense_does_not_stop_the_others(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    nonsense = RunBegan("not-a-run", "s", "vm1", time.time())
    stranger = Charged("s", "u999999", "c9", 1.0, time.time())
    unnamed = Built("ghc-9.6-profiling", "a tag", "9.6.6", {}, "ghc-9.6")
    await record(client_of_sandbox, nonsense, stranger, unnamed, ended(run))
    assert (await again(run)).outcome == "exited"
    assert len(client_of_sandbox.settled) == 4


async def test_a_record_is_kept_while_the_database_is_away(
    workspace: Workspace, host: Host, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await accepted(workspace)

    def away(record: RunEnded) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setitem(recorder.WRITERS, RunEnded, away)
        with pytest.raises(OperationalError):
            await record(client_of_sandbox, ended(run))
    assert client_of_sandbox.settled == []
    await record_all("test", 0)
    assert (await again(run)).outcome == "exited"


# --- the sweep -----------------------------------------------------------------------------------------


async def aged(run: Run, seconds: float = 60, **fields: object) -> None:
    created = timezone.now() - timedelta(seconds=seconds)
    await in_database(Run.objects.filter(pk=run.pk).update, created_at=created, **fields)


async def test_a_run_whose_sender_died_is_sent_again(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    client_of_sandbox.inbox.clear()
    await aged(run)
    await Sweep().tend()
    (sent,) = client_of_sandbox.sent(run.session_id, Start)
    assert isinstance(sent, Start)
    assert sent.run_id == run.run_id


async def test_a_run_that_is_sent_again_has_the_input_that_it_was_asked_with(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    stdin = "a\0b \ufdd0 0\0\ufdd00"
    await open_session(workspace)
    run = await start_run(workspace, RunStart(request_id="r", mode="interpret", stdin=stdin), [])
    client_of_sandbox.inbox.clear()
    await aged(run)
    await Sweep().tend()
    (sent,) = client_of_sandbox.sent(run.session_id, Start)
    assert isinstance(sent, Start)
    assert sent.stdin == stdin


async def test_a_run_is_sent_again_after_redis_lost_its_session(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    client_of_sandbox.inbox.clear()
    client_of_sandbox.openings.clear()
    client_of_sandbox.published = None
    await aged(run)
    await Sweep().tend()
    assert workspace.session_id in client_of_sandbox.openings
    assert len(client_of_sandbox.sent(run.session_id, Start)) == 1
    assert client_of_sandbox.published is not None


async def left_asleep(run: Run, client: FakeClient) -> None:
    """The run was never sent, and its session hibernates."""
    client.inbox.clear()
    client.statuses[run.session_id] = Status(state="hibernated")
    await in_database(Session.objects.filter(workspace=run.workspace).update, state=Session.State.HIBERNATED)
    await aged(run)


async def test_a_run_whose_session_sleeps_is_sent_again_when_the_session_is_let_in(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    await left_asleep(run, client_of_sandbox)
    await Sweep().tend()
    assert len(client_of_sandbox.sent(run.session_id, Start)) == 1
    session = await in_database(Session.objects.get, pk=workspace.pk)
    assert session.state == Session.State.STARTING, "it counts like any other"


async def test_a_run_whose_session_is_not_let_in_ends_with_the_reason(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await accepted(workspace)
    await left_asleep(run, client_of_sandbox)
    await in_database(User.objects.filter(pk=workspace.user_id).update, is_active=False)
    sweep = Sweep()
    await sweep.tend()
    assert client_of_sandbox.finished == {}, "it may be let in a little later"
    monkeypatch.setattr("ide.sweep.FORGOTTEN_SECONDS", 0.0)
    await sweep.tend()
    assert not client_of_sandbox.sent(run.session_id, Start)
    finished = client_of_sandbox.finished[run.run_id]
    assert (finished.outcome, (finished.reason or "")[:26]) == ("stopped", "This account is suspended.")


async def test_a_run_that_may_have_begun_when_redis_lost_it_is_not_sent_again(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    client_of_sandbox.inbox.clear()
    client_of_sandbox.openings.clear()
    await aged(run)
    client_of_sandbox.complete = False
    await Sweep().tend()
    assert not client_of_sandbox.sent(run.session_id, Start)
    assert client_of_sandbox.finished == {}
    client_of_sandbox.complete = True
    client_of_sandbox.containers_lost[run.session_id] = time.time()
    await Sweep().tend()
    assert not client_of_sandbox.sent(run.session_id, Start)
    assert client_of_sandbox.finished[run.run_id].outcome == "host_lost"


async def test_a_run_that_was_accepted_after_its_container_was_lost_is_sent(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    client_of_sandbox.inbox.clear()
    await aged(run)
    client_of_sandbox.containers_lost[run.session_id] = time.time() - 3600
    await Sweep().tend()
    assert len(client_of_sandbox.sent(run.session_id, Start)) == 1


async def test_a_pool_that_changed_while_redis_was_away_is_published(client_of_sandbox: FakeClient) -> None:
    await Sweep().tend()
    assert client_of_sandbox.published is not None
    assert client_of_sandbox.published.hosts == []
    await in_database(Host.objects.create, name="new", address="tcp://10.0.0.5:2376")
    await Sweep().tend()
    assert [host.name for host in client_of_sandbox.published.hosts] == ["new"]


async def test_a_run_that_is_only_just_accepted_is_left_alone(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    run = await accepted(workspace)
    client_of_sandbox.inbox.clear()
    await Sweep().tend()
    assert not client_of_sandbox.sent(run.session_id, Start)


async def test_a_started_run_that_the_sandbox_forgot_ends_as_host_lost_and_is_not_sent_again(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ide.sweep.FORGOTTEN_SECONDS", 0.0)
    run = await accepted(workspace)
    client_of_sandbox.inbox.clear()
    await client_of_sandbox.forget_run(run.run_id)
    await aged(run, started_at=timezone.now())
    await Sweep().tend()
    assert client_of_sandbox.finished[run.run_id].outcome == "host_lost"
    assert not client_of_sandbox.sent(run.session_id, Start)


async def test_a_started_run_that_the_sandbox_knows_goes_on(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ide.sweep.FORGOTTEN_SECONDS", 0.0)
    run = await accepted(workspace)
    await client_of_sandbox.run_says(run.run_id, Started("run"))
    await aged(run, started_at=timezone.now())
    await Sweep().tend()
    assert client_of_sandbox.finished == {}


async def test_a_run_that_ended_long_ago_is_forgotten_and_a_live_one_never(
    workspace: Workspace, client_of_sandbox: FakeClient, settings: Settings
) -> None:
    old, young, live = [await in_database(new_run, workspace) for _ in range(3)]
    days_ago = {old: settings.RUN_DAYS + 1, young: settings.RUN_DAYS - 1}
    for run, days in days_ago.items():
        at = timezone.now() - timedelta(days=days)
        await in_database(Run.objects.filter(pk=run.pk).update, outcome="exited", created_at=at, ended_at=at)
    await aged(live, 400 * 24 * 3600)
    await expire()
    assert await in_database(lambda: set(Run.objects.all())) == {young, live}


async def test_a_guest_whose_time_is_over_goes_with_session_and_all(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await open_session(workspace)
    past = timezone.now() - timedelta(seconds=1)
    await in_database(User.objects.filter(pk=workspace.user_id).update, is_guest=True, expires_at=past)
    await expire()
    assert not await in_database(Workspace.objects.exists)
    assert client_of_sandbox.sent(workspace.session_id, End)

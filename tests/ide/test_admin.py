import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from ide.admin import hosts
from ide.hosts.checking import check
from ide.models import (
    File,
    Host,
    Overlay,
    Plan,
    PlanOverride,
    Run,
    Session,
    Share,
    Token,
    Toolchain,
    Usage,
    User,
    Workspace,
)
from ide.quota.ledger import ledger_of
from ide.quota.usage_query import COUNTED, with_usage
from sandbox.limits import MIB, ContainerLimits
from sandbox.messages import (
    Check,
    End,
    HostFigures,
    HostSample,
    Opening,
    Preflight,
    SessionFigures,
    WaitingFigures,
)
from tests.ide.fake_client import FakeClient
from tests.ide.rest import Api, problem

QUERIES = 20
LISTS = ["user", "plan", "planoverride", "usage", "run", "host", "toolchain", "workspace", "session", "share"]


@pytest.fixture
def admin(alice: User, client_of_sandbox: FakeClient) -> Client:
    """An administrator's browser."""
    root = User.objects.create_superuser("root", password="root-password")
    browser = Client()
    browser.force_login(root)
    return browser


@pytest.fixture
@transaction.atomic
def crowd(alice: User, toolchain_row: Toolchain) -> list[User]:
    """Thirty users, each with something of everything."""
    host = Host.objects.create(name="vm1", address="tcp://10.0.0.1:2376")
    group = Group.objects.create(name="course")
    PlanOverride.objects.create(group=group, runs=9, stored_bytes=MIB)
    users = [User.objects.create(username=f"user{n}", is_guest=n % 3 == 0) for n in range(30)]
    for number, user in enumerate(users):
        if number % 2:
            user.groups.add(group)
        if number % 5 == 0:
            PlanOverride.objects.create(user=user, cpu_seconds_per_day=100, runs=2)
        workspace = Workspace.objects.create(user=user, name=f"w{number}", toolchain=toolchain_row)
        Session.objects.create(workspace=workspace, user=user, state=Session.State.READY, host=host)
        File.objects.create(workspace=workspace, path="a", sha256="0" * 64, size=number * 100)
        Overlay.objects.create(workspace=workspace, sha256="0" * 64, data=bytes(number * 10))
        Share.objects.create(
            slug=f"s{number}", user=user, name="s", toolchain_name="t", toolchain_digest="d", size=7
        )
        Usage.charge(user.pk, cpu_seconds=number * 10, runs=number)
        Token.issue(user, "laptop")
        a_run(user, workspace, host)
    return users


def a_run(user: User, workspace: Workspace, host: Host | None = None) -> Run:
    return Run.objects.create(
        user=user,
        workspace=workspace,
        session_id=workspace.session_id,
        toolchain_name="ghc-9.6",
        toolchain_digest="d",
        mode="interpret",
        host=host,
    )


def choose(browser: Client, action: str, model: str, *rows: User | Host | Toolchain) -> str:
    """Run an admin action on the rows; the page that follows."""
    form = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    answer = browser.post(reverse(f"admin:ide_{model}_changelist"), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("model", LISTS)
def test_no_list_needs_more_than_twenty_queries(
    admin: Client, crowd: list[User], model: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(QUERIES):
        answer = admin.get(reverse(f"admin:ide_{model}_changelist"))
    assert answer.status_code == 200


@pytest.mark.parametrize("model", [*LISTS, "group"])
def test_no_page_of_one_row_needs_more_than_twenty_queries(
    admin: Client, crowd: list[User], model: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kinds = {"run": Run, "host": Host, "toolchain": Toolchain, "workspace": Workspace, "session": Session}
    kinds |= {"share": Share, "plan": Plan, "planoverride": PlanOverride, "usage": Usage, "group": Group}
    row = crowd[5] if model == "user" else kinds[model]._default_manager.all()[0]
    app = "auth" if model == "group" else "ide"
    with django_assert_max_num_queries(QUERIES):
        answer = admin.get(reverse(f"admin:{app}_{model}_change", args=[row.pk]))
    assert answer.status_code == 200


@pytest.mark.parametrize("model", ["user", "plan", "planoverride", "host", "toolchain"])
def test_a_form_for_a_new_row_opens(admin: Client, model: str) -> None:
    assert admin.get(reverse(f"admin:ide_{model}_add")).status_code == 200


def test_the_lists_numbers_are_those_of_the_users_own_page(crowd: list[User]) -> None:
    for user in with_usage(User.objects.all()):
        lines = {line.name: line for line in ledger_of(User.objects.get(pk=user.pk)).lines}
        for name in COUNTED:
            assert getattr(user, f"used_{name}") == lines[name].used, (user, name)
            assert getattr(user, f"left_{name}") == lines[name].left, (user, name)


def test_users_are_found_and_sorted_by_what_they_have_left(admin: Client, crowd: list[User]) -> None:
    url = reverse("admin:ide_user_changelist")
    names = re.compile(r'<a href="/admin/ide/user/\d+/change/[^"]*">(user\d+)</a>')
    page = admin.get(url, {"o": "5"}).content.decode()  # CPU, the least left first
    assert names.findall(page)[0] in ("user10", "user15", "user20", "user25")
    assert names.findall(admin.get(url, {"q": "user7"}).content.decode()) == ["user7"]
    assert "user1<" not in admin.get(url, {"is_guest__exact": "1"}).content.decode()


def test_reset_gives_the_day_back_and_is_logged(admin: Client, alice: User) -> None:
    Usage.charge(alice.pk, cpu_seconds=5000, runs=70)
    assert "Reset what was used today" in choose(admin, "reset", "user", alice)
    usage = Usage.objects.get(user=alice)
    assert (usage.cpu_seconds, usage.runs) == (0, 0)
    assert LogEntry.objects.get().change_message == "Reset what was used today."


def test_suspending_signs_out_ends_sessions_and_is_logged(
    admin: Client, api: Api, workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    Session.objects.create(workspace=workspace, user=workspace.user, state=Session.State.READY)
    client_of_sandbox.openings[workspace.session_id] = Opening(
        session_id=workspace.session_id, owner="u", toolchain="t", limits=ContainerLimits()
    )
    choose(admin, "suspend", "user", workspace.user)
    problem(api.get("/workspaces"), 401)
    assert client_of_sandbox.inbox[workspace.session_id] == [End()]
    assert not Session.objects.exists()
    choose(admin, "resume", "user", workspace.user)
    assert api.get("/workspaces").status_code == 200
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == ["Suspended.", "Resumed."]


@pytest.fixture
def live(workspace: Workspace, client_of_sandbox: FakeClient) -> str:
    """Alice's session, by its id."""
    Session.objects.create(workspace=workspace, user=workspace.user, state=Session.State.READY)
    client_of_sandbox.openings[workspace.session_id] = Opening(
        session_id=workspace.session_id, owner="u", toolchain="t", limits=ContainerLimits()
    )
    return workspace.session_id


def test_who_is_made_inactive_in_the_form_has_no_session_left(
    admin: Client, workspace: Workspace, live: str, client_of_sandbox: FakeClient
) -> None:
    url = reverse("admin:ide_user_change", args=[workspace.user_id])
    page = admin.get(url).context
    form = {"username": "alice"}
    for inner in page["inline_admin_formsets"]:
        form |= {each.html_name: str(each.value()) for each in inner.formset.management_form}
    assert admin.post(url, {**form, "is_active": "on"}).status_code == 302
    assert client_of_sandbox.inbox[live] == []
    assert admin.post(url, form).status_code == 302
    assert not User.objects.get(username="alice").is_active
    assert client_of_sandbox.inbox[live] == [End()]
    assert not Session.objects.exists()


@pytest.mark.parametrize("model", ["user", "workspace"])
@pytest.mark.parametrize("at_once", [False, True])
def test_what_is_deleted_has_no_session_left(
    admin: Client,
    workspace: Workspace,
    live: str,
    client_of_sandbox: FakeClient,
    model: str,
    at_once: bool,
) -> None:
    row = workspace.user if model == "user" else workspace
    if at_once:
        url, form = reverse(f"admin:ide_{model}_changelist"), {"action": "delete_selected"}
    else:
        url, form = reverse(f"admin:ide_{model}_delete", args=[row.pk]), {}
    assert admin.post(url, {**form, "_selected_action": [str(row.pk)], "post": "yes"}).status_code == 302
    assert not Workspace.objects.exists()
    assert client_of_sandbox.inbox[live] == [End()]


def test_a_token_is_made_shown_once_and_logged(admin: Client, api: Api, alice: User) -> None:
    page = choose(admin, "make_token", "user", alice)
    (secret,) = re.findall(r"<code>(hs_[^<]+)</code>", page)
    api.headers = {"Authorization": f"Bearer {secret}"}
    assert api.get("/workspaces").status_code == 200
    assert Token.objects.get(digest=Token.digest_of(secret)).name == "made by root"
    assert LogEntry.objects.get().change_message == "Made a token."
    assert secret not in admin.get(reverse("admin:ide_user_change", args=[alice.pk])).content.decode()


def test_nobody_suspends_themselves(admin: Client) -> None:
    root = User.objects.get(username="root")
    choose(admin, "suspend", "user", root)
    root.refresh_from_db()
    assert root.is_active


def test_a_lowered_plan_holds_from_the_next_run_and_is_logged(admin: Client, api: Api, alice: User) -> None:
    plan = Plan.objects.get(audience="everybody")
    url = reverse("admin:ide_plan_change", args=[plan.pk])
    form = {
        **{
            name: value
            for name, value in admin.get(url).context["adminform"].form.initial.items()
            if value != []
        },
        "memory_bytes": "512 MiB",
        "runs_per_minute": "0",
    }
    assert admin.post(url, form).status_code == 302
    plan.refresh_from_db()
    assert (plan.memory_bytes, plan.runs_per_minute) == (512 * MIB, 0)
    refused = problem(api.post("/run", {"files": {"Main.hs": "main = print 1\n"}}), 429)
    assert "Your plan allows 0 runs a minute" in refused["detail"]
    assert "Memory" in LogEntry.objects.get().get_change_message()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_bytes", "1 TiB"),
        ("memory_bytes", "9 GiB"),
        ("cpus", "0"),
        ("runs", "-1"),
        ("cpus", "nan"),
        ("memory_bytes", ""),
    ],
)
def test_a_plan_cannot_be_without_a_limit(admin: Client, alice: User, field: str, value: str) -> None:
    plan = Plan.objects.get(audience="everybody")
    url = reverse("admin:ide_plan_change", args=[plan.pk])
    initial = admin.get(url).context["adminform"].form.initial
    form = {name: given for name, given in initial.items() if given != []}
    answer = admin.post(url, {**form, field: value})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_there_is_one_plan_for_everybody(admin: Client, alice: User) -> None:
    plan = Plan.objects.create(name="Other")
    url = reverse("admin:ide_plan_change", args=[plan.pk])
    initial = admin.get(url).context["adminform"].form.initial
    form = {name: given for name, given in initial.items() if given != []}
    answer = admin.post(url, {**form, "audience": "everybody"})
    assert "change that one first" in answer.content.decode()


def test_sizes_are_shown_so_that_they_can_be_read_and_saved(admin: Client, alice: User) -> None:
    plan = Plan.objects.get(audience="everybody")
    page = admin.get(reverse("admin:ide_plan_change", args=[plan.pk])).content.decode()
    assert 'name="memory_bytes" value="1 GiB"' in page


def test_runs_are_filtered_by_outcome_and_searched(admin: Client, workspace: Workspace) -> None:
    run = a_run(workspace.user, workspace)
    Run.objects.filter(pk=run.pk).update(
        outcome="out_of_memory", ended_at=timezone.now(), stdout="<b>bold</b>"
    )
    url = reverse("admin:ide_run_changelist")
    assert "out of memory" in admin.get(url, {"outcome__exact": "out_of_memory"}).content.decode()
    assert "0 runs" in admin.get(url, {"outcome__exact": "exited"}).content.decode()
    assert "1 run" in admin.get(url, {"q": "alice"}).content.decode()
    page = admin.get(reverse("admin:ide_run_change", args=[run.pk])).content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<b>bold</b>" not in page


def test_a_run_cannot_be_changed_or_made(admin: Client, workspace: Workspace) -> None:
    run = a_run(workspace.user, workspace)
    admin.post(reverse("admin:ide_run_change", args=[run.pk]), {"outcome": "exited"})
    run.refresh_from_db()
    assert run.outcome is None
    assert admin.get(reverse("admin:ide_run_add")).status_code == 403


def test_hosts_show_what_was_watched_and_changes_are_published(
    admin: Client, alice: User, client_of_sandbox: FakeClient
) -> None:
    host = Host.objects.create(name="here", address="unix:///var/run/docker.sock")
    client_of_sandbox.figures = [
        HostFigures(
            name="here",
            alive=True,
            at=0.0,
            cpus=4,
            cpu_used=1.5,
            memory_bytes=8 * 2**30,
            memory_used_bytes=2**30,
        )
    ]
    page = admin.get(reverse("admin:ide_host_changelist")).content.decode()
    assert "1.5 of 4" in page
    assert "1 GiB of 8 GiB" in page
    choose(admin, "cordon", "host", host)
    assert client_of_sandbox.published is not None
    assert client_of_sandbox.published.hosts[0].cordoned
    assert LogEntry.objects.get().change_message == "Cordoned."
    admin.post(reverse("admin:ide_host_delete", args=[host.pk]), {"post": "yes"})
    assert client_of_sandbox.published.hosts == []


FORM = {"name": "vm1", "address": "tcp://10.0.0.5:2376", "credentials": "vm1", "runtime": "runc"}
FORM |= {"cpus": "0", "memory_bytes": "2 GiB", "enabled": "on"}


def test_a_host_is_added_after_a_keeper_looked_at_it(admin: Client, client_of_sandbox: FakeClient) -> None:
    assert admin.post(reverse("admin:ide_host_add"), FORM).status_code == 302
    host = Host.objects.get()
    assert (host.engine, host.report[0]["name"], host.memory_bytes) == ("engine", "Engine version", 2 * 2**30)
    assert client_of_sandbox.published is not None
    assert client_of_sandbox.published.hosts == client_of_sandbox.examined
    page = admin.get(reverse("admin:ide_host_change", args=[host.pk])).content.decode()
    assert "Engine version" in page
    admin.post(reverse("admin:ide_host_change", args=[host.pk]), {**FORM, "cordoned": "on"})
    assert len(client_of_sandbox.examined) == 1  # nothing that a look would tell has changed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"address": "10.0.0.5"}, "An address is"),
        ({"address": "tcp://10.0.0.5:99999"}, "An address is"),
        ({"address": "tcp://10.0.0.5:99999", "enabled": ""}, "An address is"),
        ({"credentials": ""}, "needs credentials"),
        ({"cpus": "-1"}, "greater than or equal to 0"),
        ({}, "Memory: a limit of 64 GiB is above the machine"),
        ({"name": "second"}, "This engine is the host first already"),
    ],
)
def test_a_machine_that_can_not_be_a_host_is_told_why_and_not_added(
    admin: Client, client_of_sandbox: FakeClient, changes: dict[str, str], said: str
) -> None:
    Host.objects.create(name="first", address="unix:///run/docker.sock", engine="engine")
    if not changes:
        above = Check("Memory", "a limit of 64 GiB is above the machine", "bad")
        client_of_sandbox.report = Preflight(0.0, [above])
    page = admin.post(reverse("admin:ide_host_add"), FORM | changes).content.decode()
    assert page.count(said) == 1
    assert Host.objects.count() == 1
    assert said != "An address is" or not client_of_sandbox.examined, "nobody is asked"


def test_nobody_else_waits_for_the_database_while_a_machine_is_looked_at(
    admin: Client, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[bool] = []

    def look(host: Host) -> Preflight:
        locked.append(len(connection.savepoint_ids) > 0)
        return check(host)

    monkeypatch.setattr(hosts, "check", look)
    assert admin.post(reverse("admin:ide_host_add"), FORM).status_code == 302
    assert locked == [False], "a transaction of the form's own"


def test_a_host_with_sessions_is_not_removed_before_it_is_drained(
    admin: Client, workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    host = Host.objects.create(name="vm1", address="unix:///run/docker.sock")
    session = Session.objects.create(workspace=workspace, user=workspace.user, state="ready", host=host)
    choose(admin, "drain", "host", host)
    assert client_of_sandbox.published is not None
    assert client_of_sandbox.published.hosts[0].draining
    choose(admin, "remove", "host", host)
    admin.post(reverse("admin:ide_host_delete", args=[host.pk]), {"post": "yes"})
    assert Host.objects.exists()
    Session.objects.filter(pk=session.pk).update(state="hibernated")
    choose(admin, "remove", "host", host)
    assert not Host.objects.exists()


def test_the_live_page_shows_hosts_and_sessions(
    admin: Client,
    alice: User,
    client_of_sandbox: FakeClient,
    crowd: list[User],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client_of_sandbox.figures = [HostFigures(name="vm1", alive=True, at=1.0, cpus=4, cpu_used=1.5)]
    client_of_sandbox.samples = {"vm1": [HostSample(1.0, 0.1, 0.2, 0, 0, 0, 0.5, 3, 1, True)]}
    client_of_sandbox.live = [
        SessionFigures(f"s{n}", user.owner_id, "vm1", "c", 0.5, n, 1.0, 1.0, [], 100)
        for n, user in enumerate(crowd)
    ]
    client_of_sandbox.queued = [
        WaitingFigures("w1", alice.owner_id, 1.0, position=1),
        WaitingFigures("w2", "u999", 1.0, reason="No machine is usable."),
    ]
    with django_assert_max_num_queries(QUERIES):
        found = admin.get(reverse("admin:ide_host_live_json") + "?history").json()
    assert [(one["user"], one.get("position"), one.get("reason")) for one in found["waiting"]] == [
        ("alice", 1, None),
        ("u999", None, "No machine is usable."),
    ]
    assert found["waiting"][0]["why"][0]["said"] == "it has most room"
    assert found["hosts"][0]["history"] == [[1.0, 0.1, 0.2, 0, 0, 0, 0.5, 3, 1]]
    assert found["sessions"][0]["user"] == "user29"
    assert "ide/live" in admin.get(reverse("admin:ide_host_live")).content.decode()
    stranger = Client()
    stranger.force_login(alice)
    assert stranger.get(reverse("admin:ide_host_live_json")).status_code == 302


def test_another_toolchain_becomes_the_default(
    admin: Client, toolchain_row: Toolchain, client_of_sandbox: FakeClient
) -> None:
    other = Toolchain.objects.create(name="ghc-9.10", digest="sha256:b", image="b", ghc="9.10.3")
    choose(admin, "make_default", "toolchain", other)
    assert [each.name for each in Toolchain.objects.filter(is_default=True)] == ["ghc-9.10"]
    choose(admin, "retire", "toolchain", toolchain_row)
    assert client_of_sandbox.published is not None
    stages = {each.name: each.stage for each in client_of_sandbox.published.toolchains}
    assert stages == {"ghc-9.10": "current", toolchain_row.name: "retired"}


def test_the_administration_is_for_staff_only(alice: User) -> None:
    browser = Client()
    assert browser.get("/admin/").headers["Location"].startswith("/admin/login/")
    browser.force_login(alice)
    assert browser.get("/admin/ide/user/").headers["Location"].startswith("/admin/login/")


def test_the_administration_works_under_the_strict_policy(admin: Client) -> None:
    for url in ("/admin/", reverse("admin:ide_user_changelist"), reverse("admin:ide_plan_add")):
        page = admin.get(url).content.decode()
        scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)
        assert scripts == []
        assert not re.search(r"<style|\son(click|load|change)=", page)


def test_old_usage_stays_to_be_looked_at(admin: Client, alice: User) -> None:
    Usage.objects.create(user=alice, day=timezone.now().date() - timedelta(days=3), cpu_seconds=61, runs=2)
    page = admin.get(reverse("admin:ide_usage_changelist")).content.decode()
    assert "1 min 1 s".replace(" ", "\N{NO-BREAK SPACE}") in page

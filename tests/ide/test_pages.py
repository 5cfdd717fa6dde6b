import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from ide.accounts import guest
from ide.accounts.guest import expire
from ide.exceptions import Refused
from ide.models import Arrival, File, Session, Share, Token, Toolchain, User, Workspace
from sandbox.limits import ContainerLimits
from sandbox.messages import End, Opening
from tests.ide.fake_client import FakeClient
from tests.ide.rest import ROOT, Api, problem
from tests.ide.test_admission import at_once

PASSWORD = "correct horse battery"


def boot(content: bytes) -> dict[str, object]:
    found = re.search(
        r'<script id="boot" type="application/json">(.*?)</script>', content.decode(), re.DOTALL
    )
    assert found
    loaded: dict[str, object] = json.loads(found[1])
    return loaded


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def become_guest(browser: Client) -> User:
    assert browser.post(f"{ROOT}/guests").status_code == 201
    return User.objects.filter(is_guest=True).latest("pk")


def test_the_first_page_is_an_editor_without_a_wall(alice: User) -> None:
    start = boot(Client().get("/").content)
    assert (start["page"], start["user"], start["guestsAllowed"]) == ("landing", None, True)


def test_who_has_an_account_goes_to_the_workspaces(alice: User) -> None:
    browser = signed_in(alice)
    assert browser.get("/").headers["Location"] == "/workspaces"
    start = boot(browser.get("/workspaces").content)
    assert start["user"] == {"name": "alice", "guest": False, "staff": False}


def test_a_workspace_opens_for_its_owner_only(workspace: Workspace, charlie: User) -> None:
    url = f"/w/{workspace.id.hex}"
    start = boot(signed_in(workspace.user).get(url).content)
    assert (start["page"], start["workspaceId"]) == ("workspace", workspace.id.hex)
    assert signed_in(charlie).get(url).status_code == 404
    assert Client().get(url).headers["Location"].startswith("/accounts/login/?next=/w/")
    assert signed_in(charlie).get("/w/nonsense").status_code == 404


def test_a_share_opens_for_everybody(alice: User) -> None:
    Share.objects.create(slug="abc", user=alice, name="x", toolchain_name="t", toolchain_digest="d", size=0)
    assert boot(Client().get("/s/abc").content)["slug"] == "abc"
    assert Client().get("/s/none").status_code == 404


def test_names_of_users_cannot_break_out_of_the_page(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(username="</script><script>alert(1)")
    content = signed_in(alice).get("/workspaces").content
    assert b"<script>alert(1)" not in content


# --- accounts -----------------------------------------------------------------------------------------------


def test_somebody_signs_up_and_in_and_out(alice: User) -> None:
    browser = Client()
    form = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.post("/accounts/signup/", form).headers["Location"] == "/workspaces"
    assert browser.get("/workspaces").status_code == 200
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get("/workspaces").status_code == 302
    answer = browser.post("/accounts/login/", {"username": "dora", "password": PASSWORD})
    assert answer.headers["Location"] == "/workspaces"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "password123", "password2": "password123"}, "too common"),
        ({"password1": "1029384756", "password2": "1029384756"}, "entirely numeric"),
        ({"password1": "doradora1", "password2": "doradora1", "username": "doradora"}, "too similar"),
        ({"password2": "different one"}, "match"),
        ({"username": "alice"}, "already exists"),
        ({"username": ""}, "required"),
        ({"username": "a b<script>"}, "valid username"),
    ],
)
def test_a_sign_up_that_cannot_be_says_why(alice: User, change: dict[str, str], words: str) -> None:
    form = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD, **change}
    answer = Client().post("/accounts/signup/", form)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert User.objects.count() == 1


def test_nobody_signs_up_as_staff(alice: User) -> None:
    form = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD, "is_staff": "on", "plan": "1"}
    Client().post("/accounts/signup/", {**form, "is_superuser": "on"})
    dora = User.objects.get(username="dora")
    assert (dora.is_staff, dora.is_superuser, dora.plan) == (False, False, None)


def test_sign_up_can_be_closed(alice: User, settings: Settings) -> None:
    settings.SIGN_UP = False
    form = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post("/accounts/signup/", form).status_code == 403
    assert User.objects.count() == 1


def test_ten_wrong_passwords_lock_out_even_the_right_one(alice: User) -> None:
    browser = Client()
    for _ in range(configured.AXES_FAILURE_LIMIT):
        browser.post("/accounts/login/", {"username": "alice", "password": "wrong"})
    answer = browser.post("/accounts/login/", {"username": "alice", "password": "alice-password"})
    assert answer.status_code == 429
    assert "Too many" in answer.content.decode()
    assert browser.get("/workspaces").status_code == 302


def test_the_lock_is_for_one_name_and_address(alice: User, bob: User) -> None:
    browser = Client()
    for _ in range(configured.AXES_FAILURE_LIMIT):
        browser.post("/accounts/login/", {"username": "alice", "password": "wrong"})
    assert (
        browser.post("/accounts/login/", {"username": "bob", "password": "bob-password"}).status_code == 302
    )


def test_login_leads_to_our_own_pages_only(alice: User) -> None:
    form = {"username": "alice", "password": "alice-password", "next": "https://evil.example/"}
    assert Client().post("/accounts/login/", form).headers["Location"] == "/workspaces"


def test_a_token_is_shown_once_and_works_until_it_is_deleted(alice: User, toolchain_row: Toolchain) -> None:
    browser = signed_in(alice)
    page = browser.post("/account", {"name": "laptop"}).content.decode()
    found = re.search(r"hs_[\w-]{43}", page)
    assert found
    headers = {"Authorization": f"Bearer {found[0]}"}
    assert Client().get(f"{ROOT}/quota", headers=headers).status_code == 200
    assert found[0] not in browser.get("/account").content.decode()
    browser.post(f"/account/tokens/{alice.tokens.get().pk}/delete")
    assert Client().get(f"{ROOT}/quota", headers=headers).status_code == 401


def test_nobody_deletes_anothers_token(alice: User, charlie: User) -> None:
    token, _ = Token.issue(alice, "laptop")
    assert signed_in(charlie).post(f"/account/tokens/{token.pk}/delete").status_code == 404
    assert Token.objects.exists()


def test_tokens_are_bounded(alice: User) -> None:
    browser = signed_in(alice)
    for number in range(21):
        page = browser.post("/account", {"name": f"t{number}"})
    assert "Delete one first" in page.content.decode()
    assert alice.tokens.count() == 20


def test_fifty_tokens_at_once_never_pass_the_limit(alice: User) -> None:
    outcomes = at_once(50, lambda number: signed_in(alice).post("/account", {"name": f"t{number}"}))
    assert outcomes == [None] * 50
    assert alice.tokens.count() == 20


def test_the_account_page_shows_the_numbers_of_the_quota_call(alice: User, toolchain_row: Toolchain) -> None:
    page = signed_in(alice).get("/account").content.decode()
    for line in Api(alice).get("/quota").json()["items"]:
        assert line["label"].replace("¼", "¼") in page


def make_share(user: User, slug: str) -> Share:
    return Share.objects.create(
        slug=slug, user=user, name="Poems", toolchain_name="t", toolchain_digest="d", size=7
    )


def test_who_shared_sees_the_copies_and_deletes_them(alice: User, toolchain_row: Toolchain) -> None:
    make_share(alice, "abc")
    browser = signed_in(alice)
    page = browser.get("/account").content.decode()
    assert 'href="/s/abc"' in page
    assert "Poems" in page
    assert browser.post("/account/shares/abc/delete").headers["Location"] == "/account"
    assert Client().get("/s/abc").status_code == 404
    assert "You have shared nothing" in browser.get("/account").content.decode()


def test_nobody_deletes_anothers_share(alice: User, charlie: User) -> None:
    make_share(alice, "abc")
    assert signed_in(charlie).post("/account/shares/abc/delete").status_code == 404
    assert Share.objects.exists()


def test_an_account_is_deleted_with_all_that_is_its_users(alice: User, workspace: Workspace) -> None:
    make_share(alice, "abc")
    Token.issue(alice, "laptop")
    browser = signed_in(alice)
    page = browser.post("/account/delete", {"password": "alice-password"}).content.decode()
    assert "Your account is deleted" in page
    assert not User.objects.filter(username="alice").exists()
    assert not Workspace.objects.exists()
    assert not Share.objects.exists()
    assert not Token.objects.exists()
    assert browser.get("/workspaces").status_code == 302


def test_the_sessions_of_a_deleted_account_are_ended(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    Session.objects.create(workspace=workspace, user=workspace.user, state=Session.State.READY)
    client_of_sandbox.openings[workspace.session_id] = Opening(
        session_id=workspace.session_id, owner="u", toolchain="t", limits=ContainerLimits()
    )
    signed_in(workspace.user).post("/account/delete", {"password": "alice-password"})
    assert client_of_sandbox.inbox[workspace.session_id] == [End()]


@pytest.mark.parametrize("password", ["", "wrong"])
def test_an_account_stays_without_its_password(alice: User, password: str) -> None:
    page = signed_in(alice).post("/account/delete", {"password": password}).content.decode()
    assert "Delete everything" in page
    assert User.objects.filter(username="alice", is_active=True).exists()


def test_an_administrator_does_not_delete_the_own_account(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    assert signed_in(alice).post("/account/delete", {"password": "alice-password"}).status_code == 403
    assert User.objects.filter(username="alice").exists()


def test_a_guest_goes_without_a_password(alice: User) -> None:
    browser = Client()
    guest = become_guest(browser)
    assert "is deleted" in browser.post("/account/delete").content.decode()
    assert not User.objects.filter(pk=guest.pk).exists()


def test_a_changed_password_signs_other_browsers_out(alice: User) -> None:
    here, there = signed_in(alice), signed_in(alice)
    form = {"old_password": "alice-password", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert here.post("/account/password", form).status_code == 302
    assert here.get("/workspaces").status_code == 200
    assert there.get("/workspaces").status_code == 302


# --- guests -------------------------------------------------------------------------------------------------


def test_a_guest_is_signed_in_and_has_a_token(alice: User, toolchain_row: Toolchain) -> None:
    browser = Client()
    answer = browser.post(f"{ROOT}/guests")
    assert answer.status_code == 201
    assert browser.get(f"{ROOT}/workspaces").status_code == 200
    by_token = Client().get(f"{ROOT}/quota", headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert by_token.status_code == 200
    assert answer.json()["expiresAt"] > timezone.now().isoformat()
    assert boot(browser.get("/").content)["user"] == {"name": "Guest", "guest": True, "staff": False}


def test_guests_may_be_forbidden(alice: User, settings: Settings) -> None:
    settings.GUESTS = False
    problem(Client().post(f"{ROOT}/guests"), 403)


def test_guests_of_one_address_are_bounded(alice: User, settings: Settings) -> None:
    settings.GUESTS_PER_HOUR = 3
    assert [Client().post(f"{ROOT}/guests").status_code for _ in range(4)] == [201, 201, 201, 429]
    assert Client(REMOTE_ADDR="10.1.2.3").post(f"{ROOT}/guests").status_code == 201


def test_guests_who_go_or_sign_up_still_count(alice: User, settings: Settings) -> None:
    settings.GUESTS_PER_HOUR = 2
    gone, signed_up = Client(), Client()
    become_guest(gone)
    assert gone.post("/account/delete").status_code == 200
    become_guest(signed_up)
    form = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD}
    assert signed_up.post("/accounts/signup/", form).status_code == 302
    problem(Client().post(f"{ROOT}/guests"), 429)
    Arrival.objects.update(at=timezone.now() - timedelta(hours=1))
    expire()
    assert not Arrival.objects.exists()
    become_guest(Client())


def test_fifty_guests_at_once_never_pass_the_limit_of_one_address(alice: User, settings: Settings) -> None:
    settings.GUESTS_PER_HOUR = 5
    outcomes = at_once(50, lambda number: guest.make("10.1.2.3"))
    assert [type(each) for each in outcomes if each] == [Refused] * 45
    assert User.objects.filter(is_guest=True).count() == 5


def test_a_page_of_another_origin_makes_no_guests(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(f"{ROOT}/guests", headers={"Origin": "https://evil.example"}).status_code == 403
    assert browser.post(f"{ROOT}/guests").status_code == 201  # a program: no cookies, no origin


def test_a_guest_who_signs_up_keeps_the_workspaces(alice: User, toolchain_row: Toolchain) -> None:
    browser = Client()
    guest = become_guest(browser)
    made = browser.post(f"{ROOT}/workspaces", {"name": "mine"}, content_type="application/json").json()["id"]
    form = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.post("/accounts/signup/", form).status_code == 302
    dora = User.objects.get(username="dora")
    assert (dora.pk, dora.is_guest, dora.expires_at) == (guest.pk, False, None)
    assert browser.get(f"/w/{made}").status_code == 200
    assert not dora.tokens.exists()


def test_the_end_of_a_guests_time_deletes_the_workspaces(alice: User, toolchain_row: Toolchain) -> None:
    guest = become_guest(Client())
    made = Workspace.objects.create(user=guest, name="x", toolchain=toolchain_row)
    Session.objects.create(workspace=made, user=guest)
    file = File(workspace=made, path="Main.hs")
    file.put("main = print 1\n")
    file.save()
    assert expire() == []
    User.objects.filter(pk=guest.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert expire() == [made.session_id]
    assert not User.objects.filter(pk=guest.pk).exists()
    assert not File.objects.exists()
    assert User.objects.filter(pk=alice.pk).exists()


# --- what every response carries ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/api/v1/toolchains", "/nothing", "/static/ide/page.css"]
)
def test_every_response_has_a_strict_policy_with_a_nonce_of_its_own(alice: User, path: str) -> None:
    policies = [Client().get(path).headers["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    for policy in policies:
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy.replace("https:", "")
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/signup/", "/account", "/account/password", "/nothing"]
)
def test_plain_pages_have_no_inline_script_or_style(alice: User, path: str) -> None:
    page = signed_in(alice).get(path).content.decode()
    assert not re.search(
        r"<script|<style|\son\w+=|\sstyle=|javascript:|//[a-z]+\.", page.replace("<!doctype", "")
    )


def test_cookies_are_kept_from_scripts_and_other_sites(alice: User) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"username": "alice", "password": "alice-password"})
    cookie = browser.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")


def test_headers_forbid_sniffing_and_framing(alice: User) -> None:
    headers = Client().get("/accounts/login/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_static_files_come_in_one_piece_with_their_type(alice: User) -> None:
    answer = Client().get("/static/ide/page.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert b".card" in answer.content
    assert Client().get("/static/ide/page.css", headers={"If-None-Match": "x"}).status_code == 200
    assert Client().get("/static/../settings.py").status_code == 404


def test_a_static_file_of_an_older_build_is_not_found(
    alice: User, settings: Settings, tmp_path: Path
) -> None:
    built = tmp_path / "part-1.js"
    built.write_text("export {}")
    settings.STATICFILES_DIRS = [tmp_path]
    client = Client()
    assert client.get("/static/part-1.js").content == b"export {}"
    built.unlink()
    assert client.get("/static/part-1.js").status_code == 404


@pytest.mark.parametrize(("theme", "shown"), [("dark", True), ("light", True), ('evil"><script>', False)])
def test_the_chosen_theme_is_on_the_page_from_the_first_byte(alice: User, theme: str, shown: bool) -> None:
    browser = Client()
    browser.cookies["theme"] = theme
    assert (f'data-theme="{theme}"' in browser.get("/accounts/login/").content.decode()) is shown

"""Every route, asked by the owner, a stranger and nobody; and who a caller is."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ide.api.service import api as service
from ide.models import Run, Share, Token, Toolchain, User, Workspace
from tests.ide.rest import ROOT, Api, problem

OPEN = {"/examples", "/examples/{slug}", "/toolchains", "/shares/{slug}", "/guests"}
MINE = {  # calls on one workspace or run: method, path, body
    ("GET", "/workspaces/{workspace_id}"): None,
    ("PATCH", "/workspaces/{workspace_id}"): {"name": "stolen"},
    ("DELETE", "/workspaces/{workspace_id}"): None,
    ("GET", "/workspaces/{workspace_id}/files/{path}"): None,
    ("PUT", "/workspaces/{workspace_id}/files/{path}"): b"stolen",
    ("DELETE", "/workspaces/{workspace_id}/files/{path}"): None,
    ("POST", "/workspaces/{workspace_id}/rename"): {"from": "Main.hs", "to": "Stolen.hs"},
    ("GET", "/workspaces/{workspace_id}/archive.zip"): None,
    ("POST", "/workspaces/{workspace_id}/share"): None,
    ("GET", "/runs/{run_id}"): None,
}
OF_ALL = {  # calls that have no owner's thing in their path
    ("GET", "/runs"),
    ("POST", "/run"),
    ("GET", "/workspaces"),
    ("POST", "/workspaces"),
    ("POST", "/workspaces/import"),
    ("POST", "/shares/{slug}/fork"),
    ("GET", "/quota"),
}


def routes() -> list[tuple[str, str]]:
    """All of them, from the OpenAPI document."""
    paths = service.get_openapi_schema()["paths"]
    return [(method.upper(), path.removeprefix(ROOT)) for path in paths for method in paths[path]]


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return Run.objects.create(
        user=workspace.user,
        workspace=workspace,
        session_id=workspace.session_id,
        toolchain_name="ghc-9.6",
        toolchain_digest="sha256:x",
        mode="interpret",
        stdout="secret",
    )


@pytest.fixture
def before(workspace: Workspace, run: Run) -> Iterator[str]:
    """Nothing of Alice's may have changed after the test."""
    yield workspace.id.hex
    workspace.refresh_from_db()
    assert workspace.name == "first"
    assert list(workspace.files.values_list("path", "text")) == [("Main.hs", "main = print 1\n")]
    assert not Share.objects.exists()


def filled(path: str, workspace_id: str, run: Run) -> str:
    values = {"workspace_id": workspace_id, "path": "Main.hs", "run_id": run.run_id, "slug": "none"}
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], path)


def test_every_route_is_covered_here() -> None:
    closed = {(method, path) for method, path in routes() if path not in OPEN}
    assert closed == MINE.keys() | OF_ALL


@pytest.mark.parametrize(("method", "path"), sorted(MINE))
def test_a_stranger_finds_nothing(
    method: str, path: str, before: str, run: Run, api: Api, charlie: User
) -> None:
    answer = Api(charlie).call(method, filled(path, before, run), MINE[method, path])
    assert "secret" not in answer.content.decode()
    problem(answer, 404)


@pytest.mark.parametrize(("method", "path"), sorted(MINE.keys() | OF_ALL))
def test_nobody_is_asked_to_sign_in(method: str, path: str, before: str, run: Run, api: Api) -> None:
    answer = Api(None).call(method, filled(path, before, run), MINE.get((method, path), {}))
    problem(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("workspace_id", ["x", "0", "../quota", "00000000000000000000000000000000", "%00"])
def test_an_id_that_is_none_is_not_found(api: Api, workspace_id: str) -> None:
    assert api.get(f"/workspaces/{workspace_id}").status_code == 404
    assert api.get(f"/runs/{workspace_id}").status_code == 404


def test_charlies_lists_hold_nothing_of_alices(before: str, run: Run, api: Api, charlie: User) -> None:
    stranger = Api(charlie)
    assert stranger.get("/workspaces").json() == []
    assert stranger.get("/runs").json() == []
    assert [each["id"] for each in api.get("/runs").json()] == [run.run_id]
    assert api.get(f"/runs/{run.run_id}").json()["stdout"] == "secret"


def test_a_wrong_token_is_refused_even_beside_a_good_cookie(alice: User, toolchain_row: Toolchain) -> None:
    browser = Client()
    browser.force_login(alice)
    assert browser.get(f"{ROOT}/quota").status_code == 200
    for given in ("Bearer wrong", "Bearer ", "Basic YTpi", "", "Bearer \u00e4"):
        assert browser.get(f"{ROOT}/quota", headers={"Authorization": given}).status_code == 401


def test_a_browser_needs_the_csrf_token_to_write(alice: User, toolchain_row: Toolchain) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    refused = browser.post(f"{ROOT}/workspaces", {"name": "x"}, content_type="application/json")
    assert problem(refused, 403)["field"] == "X-CSRFToken"
    browser.get("/accounts/login/")
    token = browser.cookies["csrftoken"].value
    made = browser.post(
        f"{ROOT}/workspaces", {"name": "x"}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert made.status_code == 201


def test_a_page_of_another_origin_cannot_write(alice: User, toolchain_row: Toolchain) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    browser.get("/accounts/login/")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value, "Origin": "https://evil.example"}
    refused = browser.post(
        f"{ROOT}/workspaces", {"name": "x"}, content_type="application/json", headers=headers
    )
    assert refused.status_code == 403


def test_a_suspended_user_is_nobody(api: Api, alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    problem(api.get("/workspaces"), 401)
    assert browser.get(f"{ROOT}/workspaces").status_code == 401
    assert browser.get("/workspaces").status_code == 302


def test_an_expired_guest_is_nobody(api: Api, alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    User.objects.filter(pk=alice.pk).update(is_guest=True, expires_at=timezone.now() - timedelta(seconds=1))
    problem(api.get("/workspaces"), 401)
    assert browser.get(f"{ROOT}/workspaces").status_code == 401
    assert browser.get("/workspaces").status_code == 302


def test_only_the_digest_of_a_token_is_kept(alice: User) -> None:
    token, secret = Token.issue(alice, "laptop")
    kept = str(Token.objects.filter(pk=token.pk).values().get())
    assert secret not in kept
    assert secret.startswith("hs_")


def test_a_used_token_says_when(api: Api, alice: User) -> None:
    api.get("/quota")
    assert alice.tokens.get().last_used_at is not None


def test_a_wrong_host_is_refused(api: Api) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example"):
        answer = Client().get(f"{ROOT}/toolchains", headers={"Host": host})
        assert answer.status_code == 400

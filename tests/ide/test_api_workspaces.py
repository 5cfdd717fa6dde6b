import json
from typing import Any

import pytest

from ide.models import PlanOverride, Toolchain, User, Workspace
from sandbox.limits import FILE_BYTES, WORKSPACE_BYTES, ContainerLimits
from sandbox.messages import End, Opening, Restart, Status
from tests.ide.fake_client import FakeClient
from tests.ide.rest import Api, problem

FILES = {"Main.hs": "main = print 1\n"}


def live(client: FakeClient, workspace_id: str) -> None:
    client.openings[workspace_id] = Opening(
        session_id=workspace_id, owner="u1", toolchain="sha256:a", limits=ContainerLimits()
    )
    client.statuses[workspace_id] = Status(state="ready")


def test_a_workspace_is_made_listed_changed_and_deleted(api: Api) -> None:
    made = api.post("/workspaces", {"name": " Primes ", "files": FILES})
    assert made.status_code == 201
    content = made.json()
    assert content["name"] == "Primes"
    assert content["toolchain"] == "ghc-9.6"
    assert [file["path"] for file in content["files"]] == ["Main.hs"]
    assert [each["id"] for each in api.get("/workspaces").json()] == [content["id"]]
    path = f"/workspaces/{content['id']}"
    changed = api.call(
        "PATCH", path, {"name": "More", "entry": "Main.hs", "optimization": 2, "args": ["a b"]}
    )
    assert changed.json() == api.get(path).json()
    assert (changed.json()["name"], changed.json()["entry"], changed.json()["optimization"]) == (
        "More",
        "Main.hs",
        2,
    )
    assert changed.json()["args"] == ["a b"]
    assert api.call("PATCH", path, {"entry": None}).json()["entry"] is None
    assert api.call("DELETE", path).status_code == 204
    problem(api.get(path), 404)


def test_an_empty_workspace_and_2000_files(api: Api) -> None:
    assert api.post("/workspaces", {"name": "empty"}).json()["files"] == []
    refused = problem(
        api.post("/workspaces", {"name": "x", "files": {f"F{n}.hs": "" for n in range(2000)}}), 413
    )
    assert "2000 files" in refused["detail"]
    assert "500" in refused["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "x", "user": 1}, "user"),
        ({"name": "x", "image": "evil"}, "image"),
        ({"name": "x", "toolchain": "ghc-1.0"}, "toolchain"),
        ({"name": "x", "toolchain": ["ghc-9.6"]}, "toolchain"),
        ({"name": "x", "toolchain": "x" * 65}, "toolchain"),
        ({"name": "x", "toolchain": "a\0b"}, "toolchain"),
        ({"name": "x", "files": []}, "files"),
        ({"name": "x", "files": {"Main.hs": 1}}, "files.Main.hs"),
        ({"name": "x", "files": {"../Main.hs": ""}}, "files"),
        ({"name": "x", "files": {"a": "", "a/b": ""}}, "files"),
        ({"name": "x", "files": {"Main.hs": "a\0b"}}, "files"),
        ({"name": "x", "example": "no such"}, "example"),
        ({"name": "x", "example": "hello", "files": {}}, "example"),
    ],
)
def test_a_bad_field_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.post("/workspaces", body)
    refused = problem(answer, 404 if body.get("example") == "no such" else 400)
    assert refused["field"] == field
    assert not Workspace.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
        b'{"name":' * 50_000,
    ],
)
def test_a_body_that_is_no_object_is_refused(api: Api, body: bytes) -> None:
    problem(api.call("POST", "/workspaces", body), 400)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"name": "\\ud800"}', "name"),
        (b'"\\ud800"', "body"),
        (b'{"name": "x", "files": {"Main.hs": "\\ude00 \\ud83d"}}', "files.Main.hs"),
        (b'{"name": "x", "files": {"\\ud83d.hs": ""}}', "files.?.hs"),
    ],
)
def test_half_a_character_is_named(api: Api, body: bytes, field: str) -> None:
    refused = problem(api.call("POST", "/workspaces", body), 400)
    assert refused["field"] == field
    assert "half a surrogate pair" in refused["detail"]


@pytest.mark.parametrize("name", ["\u200b", "\u200d", "a\u202eb", "a\nb", "\x7f", "\u2028", " \u2003 "])
def test_a_name_that_cannot_be_seen_or_deceives_is_refused(api: Api, name: str) -> None:
    assert problem(api.post("/workspaces", {"name": name}), 400)["field"] == "name"


@pytest.mark.parametrize("name", ["Übung 1", "👩‍💻", "می‌خواهم", "العربية"])
def test_a_name_may_be_of_any_script(api: Api, name: str) -> None:
    assert api.post("/workspaces", {"name": f" {name} "}).json()["name"] == name


def test_a_file_may_be_called_like_a_part_of_requests(api: Api) -> None:
    for path in ("body", "path", "payload", "query"):
        refused = problem(api.post("/workspaces", {"name": "x", "files": {path: 1}}), 400)
        assert refused["field"] == f"files.{path}"


def test_a_file_and_a_workspace_that_are_too_large(api: Api) -> None:
    large = "x" * (FILE_BYTES + 1)
    assert (
        "Big.hs" in problem(api.post("/workspaces", {"name": "x", "files": {"Big.hs": large}}), 413)["detail"]
    )
    many = {f"F{n}.hs": "x" * FILE_BYTES for n in range(17)}
    assert "8 MiB" in problem(api.post("/workspaces", {"name": "x", "files": many}), 413)["detail"]
    huge = json.dumps({"name": "x" * (3 * WORKSPACE_BYTES)}).encode()
    problem(api.call("POST", "/workspaces", huge), 413)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"toolchain": None}, "toolchain"),
        ({"entry": "../x"}, "entry"),
        ({"entry": ""}, "entry"),
        ({"optimization": 3}, "optimization"),
        ({"optimization": "1"}, "optimization"),
        ({"optimization": True}, "optimization"),
        ({"args": "x"}, "args"),
        ({"args": ["x"] * 65}, "args"),
        ({"args": ["a\0b"]}, "args.0"),
        ({"args": ["x" * 4097]}, "args.0"),
        ({"id": "x"}, "id"),
        ({"user": "bob"}, "user"),
    ],
)
def test_a_bad_change_is_named_and_changes_nothing(api: Api, change: dict[str, Any], field: str) -> None:
    path = f"/workspaces/{api.make(files=FILES)}"
    before = api.get(path).json()
    assert problem(api.call("PATCH", path, change), 400)["field"] == field
    assert api.get(path).json() == before


def test_workspaces_are_a_quota(api: Api, alice: User) -> None:
    PlanOverride.objects.create(user=alice, workspaces=1)
    made = api.make()
    refused = problem(api.post("/workspaces", {"name": "second"}), 429)
    assert (refused["limit"], refused["value"]) == ("workspaces", 1)
    api.call("DELETE", f"/workspaces/{made}")
    api.make()


def test_a_toolchain_outside_the_plan_is_not_allowed(api: Api, alice: User, toolchain_row: Toolchain) -> None:
    other = Toolchain.objects.create(name="ghc-9.10", digest="sha256:b", image="b", ghc="9.10.3")
    override = PlanOverride.objects.create(user=alice)
    override.toolchains.add(toolchain_row)
    refused = problem(api.post("/workspaces", {"name": "x", "toolchain": other.name}), 403)
    assert "It includes ghc-9.6" in refused["detail"]
    path = f"/workspaces/{api.make()}"
    problem(api.call("PATCH", path, {"toolchain": other.name}), 403)


def test_deleting_a_workspace_ends_its_session(api: Api, client_of_sandbox: FakeClient) -> None:
    made = api.make(files=FILES)
    live(client_of_sandbox, made)
    client_of_sandbox.inbox_full = True
    assert api.call("DELETE", f"/workspaces/{made}").status_code == 204
    assert client_of_sandbox.inbox[made] == [End()]


def test_another_toolchain_gives_a_live_session_a_fresh_container(
    api: Api, client_of_sandbox: FakeClient
) -> None:
    other = Toolchain.objects.create(name="ghc-9.10", digest="sha256:b", image="b", ghc="9.10.3")
    made = api.make(files=FILES)
    live(client_of_sandbox, made)
    assert (
        api.call("PATCH", f"/workspaces/{made}", {"toolchain": other.name}).json()["toolchain"] == "ghc-9.10"
    )
    assert client_of_sandbox.openings[made].toolchain == "sha256:b"
    assert client_of_sandbox.inbox[made] == [Restart()]


def test_another_toolchain_wakes_no_session_that_sleeps(api: Api, client_of_sandbox: FakeClient) -> None:
    other = Toolchain.objects.create(name="ghc-9.10", digest="sha256:b", image="b", ghc="9.10.3")
    made = api.make(files=FILES)
    client_of_sandbox.statuses[made] = Status(state="hibernated")
    assert api.call("PATCH", f"/workspaces/{made}", {"toolchain": other.name}).status_code == 200
    assert made not in client_of_sandbox.openings


def test_an_example_becomes_a_workspace_whose_program_is_found_by_its_files(api: Api) -> None:
    """So that what is added to it, such as a description of a package, may name another one."""
    content = api.post("/workspaces", {"name": "mine", "example": "project"}).json()
    assert content["entry"] is None
    assert "src/Stats.hs" in [file["path"] for file in content["files"]]


def test_a_share_is_frozen_and_becomes_bobs(api: Api, bob: User) -> None:
    made = api.make(name="shared", files=FILES)
    api.call("PATCH", f"/workspaces/{made}", {"entry": "Main.hs"})
    share = api.post(f"/workspaces/{made}/share").json()
    api.put(f"/workspaces/{made}/files/Main.hs", "main = print 2\n")
    api.call("DELETE", f"/workspaces/{made}")
    seen = Api(None).get(f"/shares/{share['slug']}").json()
    assert seen["files"] == FILES
    assert share["url"] == f"/s/{share['slug']}"
    forked = Api(bob).post(f"/shares/{share['slug']}/fork")
    assert forked.status_code == 201
    assert (forked.json()["name"], forked.json()["entry"]) == ("shared", "Main.hs")
    assert Workspace.objects.get().user == bob


def test_a_share_outlives_its_toolchain(api: Api, bob: User, toolchain_row: Toolchain) -> None:
    slug = api.post(f"/workspaces/{api.make(files=FILES)}/share").json()["slug"]
    newer = Toolchain.objects.create(name="ghc-9.10", digest="sha256:b", image="b", ghc="9.10.3")
    Toolchain.objects.filter(pk=toolchain_row.pk).update(enabled=False, is_default=False)
    assert Api(bob).post(f"/shares/{slug}/fork").json()["toolchain"] == newer.name


def test_shares_count_as_bytes_stored(api: Api, alice: User) -> None:
    made = api.make(files={"Main.hs": "x" * 600})
    PlanOverride.objects.create(user=alice, stored_bytes=1000)
    assert problem(api.post(f"/workspaces/{made}/share"), 429)["limit"] == "stored_bytes"


@pytest.mark.parametrize("slug", ["nothing", "a%00b"])
def test_an_unknown_share_is_not_found(api: Api, slug: str) -> None:
    problem(api.get(f"/shares/{slug}"), 404)
    problem(api.post(f"/shares/{slug}/fork"), 404)


def test_toolchains_and_examples_are_for_everybody(api: Api) -> None:
    nobody = Api(None)
    assert nobody.get("/toolchains").json()[0]["name"] == "ghc-9.6"
    slugs = [each["slug"] for each in nobody.get("/examples").json()]
    assert slugs == ["hello", "input", "wordcount", "quickcheck", "stm", "project"]
    assert nobody.get("/examples/hello").json()["files"].keys() == {"Main.hs"}
    problem(nobody.get("/examples/none"), 404)


def test_the_quota_says_what_is_used_and_left(api: Api, alice: User) -> None:
    api.make(files={"Main.hs": "x" * 100})
    quota = api.get("/quota").json()
    lines = {line["name"]: line for line in quota["items"]}
    assert quota["plan"]["name"] == "Everybody"
    assert (lines["workspaces"]["used"], lines["workspaces"]["left"]) == (1, lines["workspaces"]["limit"] - 1)
    assert lines["stored_bytes"]["used"] == 100
    assert lines["memory_bytes"]["used"] is None
    assert lines["cpu_seconds_per_day"]["renewsAt"]


def test_an_unknown_call_is_a_problem_too(api: Api) -> None:
    problem(api.get("/nothing"), 404)
    problem(api.call("DELETE", "/workspaces"), 405)

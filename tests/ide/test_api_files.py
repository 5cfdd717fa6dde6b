import pytest

from ide.models import File, PlanOverride, User
from sandbox.limits import FILE_BYTES, KIB, WORKSPACE_FILES, ContainerLimits
from sandbox.messages import FileChanged, Opening, Status, Sync
from tests.ide.fake_client import FakeClient
from tests.ide.rest import Api, problem

HASH_OF_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def made(api: Api) -> str:
    return api.make(files={"Main.hs": "main = print 1\n", "src/Stats.hs": "module Stats where\n"})


def test_a_file_comes_back_as_it_was_put(api: Api, made: str) -> None:
    text = "-- \N{GREEK SMALL LETTER LAMDA} \tTab\r\nmain = pure ()\n"
    saved = api.put(f"/workspaces/{made}/files/src/New.hs", text)
    assert saved.status_code == 200
    got = api.get(f"/workspaces/{made}/files/src/New.hs")
    assert got.content.decode() == text
    assert got["ETag"] == saved["ETag"]
    assert got["Content-Type"] == "text/plain; charset=utf-8"


def test_the_etag_is_the_hash_and_not_modified_needs_no_body(api: Api, made: str) -> None:
    tag = api.put(f"/workspaces/{made}/files/Empty.hs", "")["ETag"]
    assert tag == f'"{HASH_OF_EMPTY}"'
    again = api.get(f"/workspaces/{made}/files/Empty.hs", If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")


def test_a_lost_update_is_refused(api: Api, made: str) -> None:
    path = f"/workspaces/{made}/files/Main.hs"
    tag = api.get(path)["ETag"]
    assert api.put(path, "main = print 2\n", If_Match=tag).status_code == 200
    refused = problem(api.put(path, "main = print 3\n", If_Match=tag), 412)
    assert "changed elsewhere" in refused["detail"]
    assert api.get(path).content == b"main = print 2\n"


def test_if_none_match_only_makes_new_files(api: Api, made: str) -> None:
    assert api.put(f"/workspaces/{made}/files/New.hs", "", If_None_Match="*").status_code == 200
    problem(api.put(f"/workspaces/{made}/files/New.hs", "x", If_None_Match="*"), 412)


def test_if_match_of_a_deleted_file_is_refused(api: Api, made: str) -> None:
    path = f"/workspaces/{made}/files/Main.hs"
    tag = api.get(path)["ETag"]
    assert api.call("DELETE", path, If_Match=tag).status_code == 204
    problem(api.get(path), 404)
    problem(api.put(path, "x", If_Match=tag), 412)
    problem(api.call("DELETE", path), 404)


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not(api: Api, made: str) -> None:
    path = f"/workspaces/{made}/files/Large.hs"
    assert api.put(path, "x" * FILE_BYTES).status_code == 200
    assert "512 KiB" in problem(api.put(path, "x" * (FILE_BYTES + 1)), 413)["detail"]
    assert len(api.get(path).content) == FILE_BYTES


@pytest.mark.parametrize(
    ("data", "words"), [(b"caf\xe9", "not UTF-8"), (b"\x7fELF\0\0", "NUL"), (b"\xff\xfe\0x", "UTF-8")]
)
def test_what_is_not_text_is_refused_by_name(api: Api, made: str, data: bytes, words: str) -> None:
    refused = problem(api.put(f"/workspaces/{made}/files/Bad.hs", data), 400)
    assert words in refused["detail"]
    assert "Bad.hs" in refused["detail"]


@pytest.mark.parametrize(
    "path", ["..%2f..%2fetc", "%2e%2e/x", "a%00b", "a%0ab", "x" * 256, ".session/x", "src"]
)
def test_a_path_that_escapes_is_refused(api: Api, made: str, path: str) -> None:
    answer = api.put(f"/workspaces/{made}/files/{path}", "x")
    assert answer.status_code in (400, 404), answer.content
    assert sorted(File.objects.values_list("path", flat=True)) == ["Main.hs", "src/Stats.hs"]


def test_a_file_with_a_nul_in_its_name_is_not_found(api: Api, made: str) -> None:
    problem(api.get(f"/workspaces/{made}/files/a%00b"), 404)
    problem(api.call("DELETE", f"/workspaces/{made}/files/a%00b"), 404)


def test_there_are_at_most_so_many_files(api: Api) -> None:
    made = api.make(files={f"F{n}.hs": "" for n in range(WORKSPACE_FILES)})
    refused = problem(api.put(f"/workspaces/{made}/files/OneMore.hs", ""), 413)
    assert "500" in refused["detail"]


def test_bytes_stored_are_a_quota(api: Api, alice: User, made: str) -> None:
    PlanOverride.objects.create(user=alice, stored_bytes=KIB)
    refused = problem(api.put(f"/workspaces/{made}/files/Big.hs", "x" * 2 * KIB), 429)
    assert refused["limit"] == "stored_bytes"
    assert refused["value"] == KIB
    assert "1 KiB" in refused["detail"]


def test_a_shrinking_file_is_taken_even_above_the_quota(api: Api, alice: User, made: str) -> None:
    api.put(f"/workspaces/{made}/files/Main.hs", "x" * 2 * KIB)
    PlanOverride.objects.create(user=alice, stored_bytes=KIB)
    assert api.put(f"/workspaces/{made}/files/Main.hs", "x" * (KIB + 1)).status_code == 200


def test_a_folder_moves_with_all_that_is_in_it(api: Api, made: str) -> None:
    answer = api.post(f"/workspaces/{made}/rename", {"from": "src", "to": "lib/deep"})
    assert answer.status_code == 200
    changed = answer.json()["changed"]
    assert changed["src/Stats.hs"] is None
    assert changed["lib/deep/Stats.hs"].startswith('"')
    assert api.get(f"/workspaces/{made}/files/lib/deep/Stats.hs").content == b"module Stats where\n"


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("Gone.hs", "New.hs", 404),
        ("Main.hs", "src/Stats.hs", 409),
        ("Main.hs", "src", 400),
        ("src", "src/inner", 400),
        ("Main.hs", "../Main.hs", 400),
        ("Main.hs", "", 400),
        ("", "x", 400),
    ],
)
def test_a_rename_that_cannot_be_is_refused(api: Api, made: str, old: str, new: str, status: int) -> None:
    problem(api.post(f"/workspaces/{made}/rename", {"from": old, "to": new}), status)
    assert sorted(File.objects.values_list("path", flat=True)) == ["Main.hs", "src/Stats.hs"]


def test_a_rename_to_itself_changes_nothing(api: Api, made: str) -> None:
    answer = api.post(f"/workspaces/{made}/rename", {"from": "Main.hs", "to": "Main.hs"})
    assert answer.json() == {"changed": {}}


def test_windows_and_session_hear_of_changed_files(
    api: Api, made: str, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.openings[made] = Opening(
        session_id=made, owner="u1", toolchain="sha256:a", limits=ContainerLimits()
    )
    client_of_sandbox.statuses[made] = Status(state="ready")
    tag = api.put(f"/workspaces/{made}/files/Main.hs", "main = print 5\n")["ETag"]
    assert FileChanged(path="Main.hs", etag=tag) in client_of_sandbox.said[made]
    (sync,) = [message for message in client_of_sandbox.inbox[made] if isinstance(message, Sync)]
    assert sync.manifest["Main.hs"] == tag.strip('"')
    assert tag.strip('"') in client_of_sandbox.blobs


def test_a_sleeping_session_is_not_woken_by_a_save(
    api: Api, made: str, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.statuses[made] = Status(state="hibernated")
    assert api.put(f"/workspaces/{made}/files/Main.hs", "main = print 5\n").status_code == 200
    assert client_of_sandbox.sent(made, Sync) == []


def test_a_file_is_stored_also_where_too_much_waits_for_the_session(
    api: Api, made: str, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.openings[made] = Opening(
        session_id=made, owner="u1", toolchain="sha256:a", limits=ContainerLimits()
    )
    client_of_sandbox.inbox_full = True
    assert api.put(f"/workspaces/{made}/files/Main.hs", "main = print 5\n").status_code == 200
    assert api.get(f"/workspaces/{made}/files/Main.hs").content == b"main = print 5\n"

"""What is typed reaches the session at once and the database within a second."""

import asyncio
from typing import Any

import pytest

from ide.database import in_database
from ide.editor import saving
from ide.editor.documents import LARGE_SECONDS
from ide.models import File, PlanOverride, Session, Workspace
from ide.workspaces import files
from sandbox.messages import (
    TOKEN_KINDS,
    TOKEN_MODIFIERS,
    Close,
    Diagnostic,
    Edit,
    FileChanged,
    Position,
    Published,
    Range,
    Start,
    Status,
    Sync,
)
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import Socket, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]

MAIN = "file:///work/Main.hs"


def whole(text: str) -> dict[str, Any]:
    return {"text": text}


def at(line: int, start: int, end: int, text: str) -> dict[str, Any]:
    return {
        "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
        "text": text,
    }


def wrong(message: str = "wrong", start: int = 0, end: int = 1) -> Diagnostic:
    place = Range(Position(0, start), Position(0, end))
    return Diagnostic(uri=MAIN, range=place, severity=1, code="GHC-83865", source="ghc", message=message)


async def edits(client: FakeClient, workspace: Workspace, count: int) -> list[Edit]:
    """The edits in the inbox, once there are so many."""
    await client.until(lambda: len(client.sent(workspace.session_id, Edit)) >= count)
    return [edit for edit in client.sent(workspace.session_id, Edit) if isinstance(edit, Edit)]


def stored(workspace: Workspace, path: str = "Main.hs") -> str:
    return File.objects.get(workspace=workspace, path=path).text


async def opened(socket: Socket, text: str = "main = print 1\n") -> None:
    await socket.initialize()
    await socket.did_open("Main.hs", text)


async def test_only_what_works_is_announced(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        result = (await socket.initialize())["result"]
        assert result["capabilities"] == {
            "positionEncoding": "utf-16",
            "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
            "documentSymbolProvider": True,
            "hoverProvider": True,
            "definitionProvider": True,
            "referencesProvider": True,
            "documentHighlightProvider": True,
            "renameProvider": {"prepareProvider": True},
            "completionProvider": {"triggerCharacters": ["."], "resolveProvider": True},
            "signatureHelpProvider": {"triggerCharacters": [" ", "(", "["]},
            "inlayHintProvider": True,
            "workspaceSymbolProvider": True,
            "foldingRangeProvider": True,
            "semanticTokensProvider": {
                "legend": {"tokenTypes": list(TOKEN_KINDS), "tokenModifiers": list(TOKEN_MODIFIERS)},
                "range": True,
                "full": True,
            },
            "documentFormattingProvider": True,
            "codeActionProvider": {
                "codeActionKinds": ["quickfix", "source.organizeImports", "source.fixAll"]
            },
            "codeLensProvider": {"resolveProvider": False},
            "executeCommandProvider": {"commands": ["haskell.explain", "haskell.evaluate", "haskell.apply"]},
        }


async def test_a_document_needs_initialize_first(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        await socket.did_open("Main.hs", "x")
        assert "initialize" in (await socket.told("window/showMessage"))["message"]
        assert (await socket.request("shutdown", {}))["error"]["code"] == -32002


async def test_an_edit_is_in_the_inbox_at_once(workspace: Workspace, client_of_sandbox: FakeClient) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.did_change("Main.hs", 2, at(0, 13, 14, "2"))
        first, second = await edits(client_of_sandbox, workspace, 2)
        assert (first.path, first.text) == ("Main.hs", "main = print 1\n")
        assert second.text == "main = print 2\n"


async def test_what_is_typed_is_in_the_database_within_a_second(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.did_change("Main.hs", 2, whole("main = print 3\n"))
        changed = await asyncio.wait_for(socket.told("file/changed"), 1)
        assert changed["version"] == 2
        assert await in_database(stored, workspace) == "main = print 3\n"
        await client_of_sandbox.until(lambda: client_of_sandbox.sent(workspace.session_id, Sync))


async def test_an_unchanged_document_is_not_written(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await asyncio.sleep(0.8)
    assert not [
        event for event in client_of_sandbox.said[workspace.session_id] if isinstance(event, FileChanged)
    ]


async def test_what_was_typed_offline_is_kept_when_it_is_opened(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket, "main = typed offline\n")
        await socket.told("file/changed")
    assert await in_database(stored, workspace) == "main = typed offline\n"


async def test_closing_the_window_keeps_what_was_just_typed(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.did_change("Main.hs", 2, whole("main = last key\n"))
        await edits(client_of_sandbox, workspace, 2)
    assert await in_database(stored, workspace) == "main = last key\n"
    assert client_of_sandbox.inbox[workspace.session_id][-1] == Close(path="Main.hs")


async def test_a_save_elsewhere_is_told_to_other_windows(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as one, connected(workspace) as other:
        await other.request("run/list", {})
        await opened(one)
        await one.did_change("Main.hs", 2, whole("main = print 4\n"))
        changed = await other.told("file/changed")
        assert changed["path"] == "Main.hs"
        assert "version" not in changed
        assert changed["etag"] == (await one.told("file/changed"))["etag"]


async def test_diagnostics_carry_this_windows_version(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.did_change("Main.hs", 7, whole("main = x\n"))
        number = (await edits(client_of_sandbox, workspace, 2))[-1].version
        published = Published(uri=MAIN, version=number, diagnostics=[wrong()])
        await client_of_sandbox.say(workspace.session_id, published)
        told = await socket.told("textDocument/publishDiagnostics")
        assert told["version"] == 7
        assert told["diagnostics"][0]["code"] == "GHC-83865"


async def test_diagnostics_of_another_windows_text_wait_until_this_window_has_it(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as one, connected(workspace) as other:
        await opened(one)
        await opened(other)
        await edits(client_of_sandbox, workspace, 2)
        await one.did_change("Main.hs", 2, whole("main = y\n"))
        number = (await edits(client_of_sandbox, workspace, 3))[-1].version
        await client_of_sandbox.say(workspace.session_id, Published(uri=MAIN, version=number, diagnostics=[]))
        assert (await one.told("textDocument/publishDiagnostics"))["version"] == 2
        await other.request("run/list", {})
        assert not [m for m in other.unread if m.get("method") == "textDocument/publishDiagnostics"]
        await other.did_change("Main.hs", 30, whole("main = y\n"))
        assert (await other.told("textDocument/publishDiagnostics"))["version"] == 30


async def test_of_versions_out_of_order_the_last_text_holds_and_diagnostics_are_of_it(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        for version, text in ((7, "main = seven\n"), (3, "main = three\n"), (3, "main = last\n")):
            await socket.did_change("Main.hs", version, whole(text))
        _, *sent = await edits(client_of_sandbox, workspace, 4)
        assert sent[-1].text == "main = last\n"
        for edit in sent:  # what comes late is about texts that have passed, but for the last
            wrongs = [wrong(edit.text)]
            await client_of_sandbox.say(
                workspace.session_id, Published(uri=MAIN, version=edit.version, diagnostics=wrongs)
            )
        told = await socket.told("textDocument/publishDiagnostics")
        assert (told["version"], told["diagnostics"][0]["message"]) == (3, "main = last\n")


async def test_diagnostics_of_a_closed_file_have_no_version(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        published = Published(uri="file:///work/Other.hs", version=None, diagnostics=[])
        await client_of_sandbox.say(workspace.session_id, published)
        told = await socket.told("textDocument/publishDiagnostics")
        assert told == {"uri": "file:///work/Other.hs", "diagnostics": []}


async def test_diagnostics_are_in_the_negotiated_encoding(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        result = (await socket.initialize(positionEncodings=["utf-32", "utf-16"]))["result"]
        assert result["capabilities"]["positionEncoding"] == "utf-32"
        await socket.did_open("Main.hs", 'x = "😀" y\n')
        number = (await edits(client_of_sandbox, workspace, 1))[0].version
        published = Published(uri=MAIN, version=number, diagnostics=[wrong(start=9, end=10)])
        await client_of_sandbox.say(workspace.session_id, published)
        told = await socket.told("textDocument/publishDiagnostics")
        assert told["diagnostics"][0]["range"]["start"]["character"] == 8


async def test_a_large_file_is_told_ten_times_a_second_at_most(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    text = "-- line\n" * 20_000
    async with connected(workspace) as socket:
        await opened(socket, text)
        for version in range(2, 42):
            await socket.did_change("Main.hs", version, at(0, 7, 7, "x"))
        await socket.request("run/list", {})
        await asyncio.sleep(0.3)
        found = client_of_sandbox.sent(workspace.session_id, Edit)
        assert 1 <= len(found) < 20
        last = found[-1]
        assert isinstance(last, Edit)
        assert last.text == text.replace("\n", "x" * 40 + "\n", 1)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../etc/passwd", ".."),
        ("%2e%2e/x", ".."),
        ("/etc/passwd", "relative"),
        ("a//b", "empty"),
        (".session/x", "session"),
        ("a" * 300, "255"),
        ("x%00y", "seen"),
        ("", "empty"),
    ],
)
async def test_a_path_that_escapes_is_refused_by_name(
    workspace: Workspace, client_of_sandbox: FakeClient, path: str, said: str
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await socket.did_open(path, "x")
        assert said in (await socket.told("window/showMessage"))["message"]
    assert not client_of_sandbox.sent(workspace.session_id, Edit)


@pytest.mark.parametrize("text", ["x" * (512 * 1024 + 1), "a\0b"])
async def test_a_text_that_cannot_be_kept_is_refused_by_name_and_the_next_one_is_taken(
    workspace: Workspace, client_of_sandbox: FakeClient, text: str
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.did_change("Main.hs", 2, whole(text))
        assert "Main.hs" in (await socket.told("window/showMessage"))["message"]
        await socket.did_change("Main.hs", 3, whole("main = fine\n"))
        assert (await edits(client_of_sandbox, workspace, 2))[-1].text == "main = fine\n"
        await socket.told("file/changed")
    assert await in_database(stored, workspace) == "main = fine\n"


async def test_a_window_that_is_closed_tells_no_session_that_sleeps(
    workspace: Workspace, client_of_sandbox: FakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        await client_of_sandbox.say(workspace.session_id, Status(state="hibernated"))
        while (await socket.told("session/status"))["state"] != "hibernated":
            pass
    assert not client_of_sandbox.sent(workspace.session_id, Close)
    assert "could not" not in caplog.text


async def test_a_key_in_a_session_that_fell_asleep_unnoticed_opens_it_first(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        client_of_sandbox.statuses[workspace.session_id] = Status(state="hibernated")
        await in_database(Session.objects.filter(pk=workspace.pk).update, state="hibernated")
        await socket.did_change("Main.hs", 2, whole("main = newer\n"))
        assert (await edits(client_of_sandbox, workspace, 2))[-1].text == "main = newer\n"
    session = await in_database(Session.objects.get, pk=workspace.pk)
    assert session.state in Session.LIVE


async def no_room(workspace: Workspace) -> PlanOverride:
    """What is stored is all that the plan has."""
    return await in_database(PlanOverride.objects.create, user=workspace.user, stored_bytes=20)


async def room_again(override: PlanOverride) -> None:
    await in_database(override.delete)


async def test_what_a_quota_refused_stays_unsaved_and_is_saved_when_there_is_room(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "REFUSED_SECONDS", 0.2)
    override = await no_room(workspace)
    async with connected(workspace) as socket:
        await opened(socket)
        await socket.did_change("Main.hs", 2, whole("main = print 1234567890\n"))
        assert "Not saved" in (await socket.told("window/showMessage"))["message"]
        refused = await socket.request("run/start", {"requestId": "r", "mode": "interpret"})
        assert refused["error"]["data"]["limit"] == "stored_bytes", "what runs is what was typed"
        await room_again(override)
        assert (await socket.told("file/changed"))["version"] == 2
    assert await in_database(stored, workspace) == "main = print 1234567890\n"


async def test_one_file_that_a_quota_refuses_holds_up_no_other(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await no_room(workspace)
    async with connected(workspace) as socket:
        await opened(socket, "main = print 1234567890\n")
        await socket.did_open("B.hs", "b=1")
        assert (await socket.told("file/changed"))["path"] == "B.hs"
        assert "Not saved" in (await socket.told("window/showMessage"))["message"]


async def test_a_closed_document_that_could_not_be_saved_is_said_and_saved_later(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "REFUSED_SECONDS", 0.2)
    override = await no_room(workspace)
    async with connected(workspace) as socket:
        await opened(socket, "main = print 1234567890\n")
        await socket.notify("textDocument/didClose", {"textDocument": {"uri": MAIN}})
        while "closed before it could be saved" not in (await socket.told("window/showMessage"))["message"]:
            pass
        await client_of_sandbox.until(lambda: client_of_sandbox.sent(workspace.session_id, Close))
        await room_again(override)
        await socket.told("file/changed")
    assert await in_database(stored, workspace) == "main = print 1234567890\n"


TOO_LONG = "main = print 1234567890\n"


async def closed_unsaved(socket: Socket) -> None:
    """A document without room for its text was closed."""
    await opened(socket, TOO_LONG)
    await socket.notify("textDocument/didClose", {"textDocument": {"uri": MAIN}})
    while "closed before it could be saved" not in (await socket.told("window/showMessage"))["message"]:
        pass


async def test_what_a_closed_document_could_not_save_never_overwrites_newer_work(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    override = await no_room(workspace)
    async with connected(workspace) as socket:
        await closed_unsaved(socket)
        newer = await in_database(files.write, workspace, "Main.hs", "main = new\n")
        await client_of_sandbox.say(workspace.session_id, FileChanged("Main.hs", newer.etag, "another"))
        while "changed elsewhere" not in (await socket.told("window/showMessage"))["message"]:
            pass
        await room_again(override)
        assert "result" in await socket.request("shutdown", None)
    assert await in_database(stored, workspace) == "main = new\n"


async def test_a_run_waits_for_no_closed_document_that_has_no_room(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    await no_room(workspace)
    async with connected(workspace) as socket:
        await closed_unsaved(socket)
        assert "result" in await socket.request("run/start", {"requestId": "r", "mode": "interpret"})


@pytest.mark.parametrize("method", ["session/leave", "session/restart", "shutdown"])
async def test_a_text_without_room_holds_up_nothing_else(
    workspace: Workspace, client_of_sandbox: FakeClient, method: str
) -> None:
    await no_room(workspace)
    async with connected(workspace) as socket:
        await opened(socket, TOO_LONG)
        assert "result" in await socket.request(method, {})
        assert "Not saved" in (await socket.told("window/showMessage"))["message"]
    assert client_of_sandbox.sent(workspace.session_id, Close) == [Close(path="Main.hs")]


async def test_a_window_that_is_gone_saves_nothing_any_more(
    workspace: Workspace, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "REFUSED_SECONDS", 0.05)
    override = await no_room(workspace)
    async with connected(workspace) as socket:
        await opened(socket, TOO_LONG)
        assert "Not saved" in (await socket.told("window/showMessage"))["message"]
    await room_again(override)
    await asyncio.sleep(0.3)
    assert await in_database(stored, workspace) == "main = print 1\n"


async def test_a_change_of_a_document_that_is_not_open_is_said(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        await socket.did_change("Main.hs", 2, whole("x"))
        assert "Main.hs" in (await socket.told("window/showMessage"))["message"]


async def test_a_fresh_container_is_told_the_open_documents(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        await client_of_sandbox.say(workspace.session_id, Status(state="starting"))
        await client_of_sandbox.say(workspace.session_id, Status(state="ready"))
        assert len(await edits(client_of_sandbox, workspace, 2)) == 2


async def test_a_session_that_was_lost_is_opened_again_by_the_next_key(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        del client_of_sandbox.openings[workspace.session_id]
        await socket.did_change("Main.hs", 2, whole("main = again\n"))
        assert (await edits(client_of_sandbox, workspace, 2))[-1].text == "main = again\n"
        assert workspace.session_id in client_of_sandbox.openings


# --- while the session waits for room --------------------------------------------------------------------


async def waiting(socket: Socket, client: FakeClient, workspace: Workspace) -> None:
    await client.say(workspace.session_id, Status(state="waiting", position=1))
    while (await socket.told("session/status"))["state"] != "waiting":
        pass


async def test_nothing_that_is_typed_while_the_session_waits_is_put_into_its_inbox(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        await waiting(socket, client_of_sandbox, workspace)
        await waiting(socket, client_of_sandbox, workspace)
        for version in range(2, 40):
            await socket.did_change("Main.hs", version, whole(f"main = print {version}\n"))
        while (await socket.told("file/changed"))["version"] != 39:
            pass
        sent = client_of_sandbox.inbox[workspace.session_id]
        assert [type(each) for each in sent if not isinstance(each, Sync)] == [Edit, Close]
        await client_of_sandbox.say(workspace.session_id, Status(state="starting"))
        await client_of_sandbox.say(workspace.session_id, Status(state="ready"))
        assert [edit.text for edit in await edits(client_of_sandbox, workspace, 2)][1:] == [
            "main = print 39\n"
        ]


async def test_a_large_text_that_was_about_to_be_told_waits_too(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        await socket.did_change("Main.hs", 2, whole("-- line\n" * 20_000))
        await socket.request("run/list", {})
        await waiting(socket, client_of_sandbox, workspace)
        await asyncio.sleep(2 * LARGE_SECONDS)
        assert len(client_of_sandbox.sent(workspace.session_id, Edit)) == 1


async def test_a_run_that_is_started_while_the_session_waits_has_the_text_that_was_just_typed(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        await waiting(socket, client_of_sandbox, workspace)
        await socket.did_change("Main.hs", 2, whole("main = newer\n"))
        assert "result" in await socket.request("run/start", {"requestId": "r", "mode": "interpret"})
    *before, start = client_of_sandbox.inbox[workspace.session_id][:3]
    assert [type(each) for each in before] == [Edit, Close], "the manifest's text holds"
    assert isinstance(start, Start)
    assert client_of_sandbox.blobs[(start.manifest or {})["Main.hs"]] == b"main = newer\n"


async def test_a_session_that_was_lost_while_it_waited_is_opened_again_by_typing(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    async with connected(workspace) as socket:
        await opened(socket)
        await edits(client_of_sandbox, workspace, 1)
        await waiting(socket, client_of_sandbox, workspace)
        del client_of_sandbox.openings[workspace.session_id]
        await socket.did_change("Main.hs", 2, whole("main = newer\n"))
        await socket.told("file/changed")
        await asyncio.sleep(0.2)
        await socket.did_change("Main.hs", 3, whole("main = newest\n"))
        assert (await edits(client_of_sandbox, workspace, 2))[-1].text == "main = newest\n"


async def test_a_text_for_which_too_much_waits_is_said_once_and_saved(
    workspace: Workspace, client_of_sandbox: FakeClient
) -> None:
    client_of_sandbox.inbox_full = True
    async with connected(workspace) as socket:
        await opened(socket, "main = newer\n")
        assert "Too many messages" in (await socket.told("window/showMessage"))["message"]
        assert (await socket.told("file/changed"))["version"] == 1

"""What programs wrote beside the workspace's files: named, read and deleted, whatever they put there."""

import asyncio
import base64
import os
import socket
from pathlib import Path

import pytest

from sandbox.agent import produced
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.produced import listed, piece
from sandbox.agent.walk import remove
from sandbox.limits import PRODUCED_FILES, PRODUCED_PIECE_BYTES
from sandbox.messages import (
    Answered,
    DeleteProduced,
    FindProduced,
    Produced,
    ProducedFile,
    ReadProduced,
    decode_session_event,
    encode,
)
from tests.agent.ghcless import workspace
from tests.agent.harness import Agent

LONG_AGO = 1_000_000_000


def put(root: Path, path: str, content: bytes = b"text", modified: float = LONG_AGO) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (modified, modified))
    return file


def names(found: Produced) -> list[str]:
    return [each.path for each in found.files]


def test_the_newest_come_first_without_the_workspaces_files_and_the_agents_own(tmp_path: Path) -> None:
    put(tmp_path, "Main.hs")
    put(tmp_path, ".session/build/Main.o")
    put(tmp_path, ".ghci_history")
    put(tmp_path, "out/old.csv", b"1,2\n")
    put(tmp_path, "new.txt", b"", LONG_AGO + 5)
    (tmp_path / "empty").mkdir()
    found = listed(tmp_path, ["Main.hs", "src/Gone.hs"])
    assert found == Produced(
        files=[ProducedFile("new.txt", 0, LONG_AGO + 5), ProducedFile("out/old.csv", 4, LONG_AGO)], count=2
    )


def test_only_plain_files_are_told_of(tmp_path: Path) -> None:
    put(tmp_path, "here.txt")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
    assert listed(tmp_path, []) == Produced(files=[ProducedFile("here.txt", 4, LONG_AGO)], count=1)


def test_of_many_the_newest_are_named_and_all_are_counted(tmp_path: Path) -> None:
    for number in range(PRODUCED_FILES + 5):
        put(tmp_path, f"{number}.txt", modified=LONG_AGO + number)
    found = listed(tmp_path, [])
    assert found.count == PRODUCED_FILES + 5
    assert names(found) == [f"{number}.txt" for number in reversed(range(5, PRODUCED_FILES + 5))]


def test_what_cannot_be_named_is_counted(tmp_path: Path) -> None:
    put(tmp_path, "a" * 200 + "/" + "b" * 100)
    put(tmp_path, os.fsdecode(b"\xff.txt"))
    put(tmp_path, "ä" * 120)
    assert listed(tmp_path, []) == Produced(files=[ProducedFile("ä" * 120, 4, LONG_AGO)], count=3)


@pytest.mark.parametrize("moment", [-5.0, 2.0**40])
def test_no_moment_makes_the_answer_unreadable(tmp_path: Path, moment: float) -> None:
    put(tmp_path, "odd.txt", modified=moment)
    said = encode(Answered("q", listed(tmp_path, [])))
    assert decode_session_event(said) == Answered("q", listed(tmp_path, []))


def read_whole(root: Path, path: str) -> bytes:
    content, parts = b"", 0
    while parts < 10 and (part := base64.b64decode(piece(root, path, len(content)).data)):
        content, parts = content + part, parts + 1
    return content


def test_a_file_is_read_piece_by_piece(tmp_path: Path) -> None:
    content = os.urandom(2 * PRODUCED_PIECE_BYTES + 17)
    put(tmp_path, "out/noise.bin", content)
    assert read_whole(tmp_path, "out/noise.bin") == content
    first = piece(tmp_path, "out/noise.bin", 0)
    assert (len(base64.b64decode(first.data)), first.bytes) == (PRODUCED_PIECE_BYTES, len(content))
    assert decode_session_event(encode(Answered("q", first))) == Answered("q", first)
    beyond = piece(tmp_path, "out/noise.bin", 2**53)
    assert (beyond.data, beyond.bytes) == ("", len(content))


ELSEWHERE = [
    "../secret",
    "/etc/passwd",
    "out/../../secret",
    "./here.txt",
    "link",
    "folder/passwd",
    "pipe",
    "out",
    "",
    "a\0b",
    ".session/inbox",
    "nowhere/at/all",
    "x/" * 127 + "x",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_is_read_elsewhere(tmp_path: Path, path: str) -> None:
    root = tmp_path / "work"
    put(tmp_path, "secret")
    put(root, "here.txt")
    put(root, "out/x")
    put(root, ".session/inbox")
    (root / "link").symlink_to("/etc/passwd")
    (root / "folder").symlink_to("/etc")
    os.mkfifo(root / "pipe")
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(OSError, match=r"\S"):
            piece(root, path, 0)
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_is_deleted_elsewhere(tmp_path: Path, path: str) -> None:
    root = tmp_path / "work"
    put(tmp_path, "secret")
    put(root, "here.txt")
    put(root, "out/x")
    put(root, ".session/inbox")
    put(tmp_path, "folder/passwd")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path / "folder")
    os.mkfifo(root / "pipe")
    before = sorted(tmp_path.rglob("*"))
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(OSError, match=r"\S"):
            remove(root, path)
    assert sorted(tmp_path.rglob("*")) == before
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors


def test_a_file_is_deleted_and_what_is_left_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(produced, "WORK", tmp_path)
    for path in ("Main.hs", "out/a.csv", "out/b.csv"):
        put(tmp_path, path)
    holding = workspace({"Main.hs": "main = pure ()"})

    def delete(path: str) -> list[str]:
        return names(asyncio.run(produced.delete(DeleteProduced(path), holding)))

    assert delete("out/a.csv") == ["out/b.csv"]
    for path, reason in [
        ("out/a.csv", "out/a.csv cannot be deleted: No such file or directory."),
        ("Main.hs", "Main.hs is a file of the workspace: delete it there."),
        ("./Main.hs", "./Main.hs cannot be deleted: No such file or directory."),
    ]:
        with pytest.raises(Unanswerable) as refused:
            delete(path)
        assert str(refused.value) == reason
    assert (tmp_path / "Main.hs").exists()
    assert delete("out/b.csv") == []


def test_what_cannot_be_read_is_told_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(produced, "WORK", tmp_path)
    with pytest.raises(Unanswerable, match=r"^gone\.txt cannot be read: No such file or directory\.$"):
        asyncio.run(produced.read(ReadProduced("gone.txt"), workspace({})))


WRITER = """\
import System.Directory (createDirectoryIfMissing)

main :: IO ()
main = do
  createDirectoryIfMissing True "out"
  writeFile "out/squares.csv" (unlines [show n ++ "," ++ show (n * n) | n <- [1 .. 3 :: Int]])
  writeFile "Main.hs" "main = pure ()"
"""


@pytest.mark.engine
def test_a_program_writes_a_file_and_it_is_there_to_be_read(agent: Agent) -> None:
    agent.sync({"Main.hs": WRITER})
    assert agent.ask(FindProduced()) == Produced(files=[], count=0)
    run = agent.start("interpret")
    assert run.ended().outcome == "exited"
    found = agent.ask(FindProduced())
    assert [(each.path, each.bytes) for each in found.files] == [("out/squares.csv", 12)]
    assert base64.b64decode(agent.ask(ReadProduced("out/squares.csv", 4)).data) == b"2,4\n3,9\n"
    answered = agent.answered(agent.put(ReadProduced("out/../../etc/passwd")))
    assert answered.failure == "out/../../etc/passwd cannot be read: No such file or directory."
    assert agent.ask(DeleteProduced("out/squares.csv")) == Produced(files=[], count=0)
    assert agent.answered(agent.put(DeleteProduced("Main.hs"))).failure
    assert agent.start("interpret").ended().outcome == "exited"

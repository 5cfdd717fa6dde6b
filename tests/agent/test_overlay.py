"""The local changes as an archive: bounded, and safe against whoever made it."""

import gzip
import io
import os
import random
import socket
import tarfile
from collections.abc import Collection
from pathlib import Path

import pytest

from sandbox.agent.overlay import BadArchive, pack, unpack
from sandbox.agent.walk import PRODUCTS
from sandbox.limits import LEFT_OUT_FILES, PATH_BYTES
from sandbox.messages import LeftFile, LeftOut, Overlay, decode_frame, encode


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    folder = tmp_path / "fresh"
    folder.mkdir()
    return folder


def put(root: Path, path: str, content: bytes = b"text") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def names(archive: bytes) -> set[str]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        return set(tar.getnames())


def made(*members: tarfile.TarInfo, content: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for member in members:
            member.size = len(content) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def packed(root: Path, tracked: Collection[str], **more: int) -> bytes:
    return pack(root, tracked, **more)[0]


def left_out(root: Path, tracked: Collection[str] = (), **more: int) -> LeftOut:
    told = pack(root, tracked, **more)[1]
    assert told
    return told


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # does not compress


# --- pack ---------------------------------------------------------------------------------------------


def test_what_programs_wrote_comes_back_as_it_was(root: Path, fresh: Path) -> None:
    put(root, "data/results.csv", b"1,2\n" * 1000)
    script = put(root, "run.sh", b"#!/bin/sh\n")
    script.chmod(0o755)
    os.utime(script, (1_700_000_000, 1_700_000_000))
    (root / "empty").mkdir()
    unpack(fresh, packed(root, ()))
    assert (fresh / "data/results.csv").read_bytes() == b"1,2\n" * 1000
    assert (fresh / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (fresh / "run.sh").stat().st_mtime == 1_700_000_000
    assert (fresh / "empty").is_dir()


def test_tracked_files_are_left_out(root: Path) -> None:
    put(root, "Main.hs")
    put(root, "src/Lib.hs")
    put(root, "src/out.txt")
    assert names(packed(root, {"Main.hs", "src/Lib.hs"})) == {"src/out.txt"}


def test_of_the_agents_own_folder_only_products_are_kept(root: Path, fresh: Path) -> None:
    put(root, f"{PRODUCTS}/O1/Main.o", b"object")
    put(root, ".session/tmp/ghc1_0/scratch")
    put(root, ".session/program.pipe")
    archive = packed(root, ())
    assert names(archive) == {f"{PRODUCTS}/O1/Main.o"}
    unpack(fresh, archive)
    assert (fresh / PRODUCTS / "O1/Main.o").read_bytes() == b"object"


def test_links_pipes_and_sockets_are_skipped(root: Path) -> None:
    put(root, "plain")
    (root / "link").symlink_to("/etc/passwd")
    (root / "folder-link").symlink_to("/etc")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
        assert names(packed(root, ())) == {"plain"}


def test_unreadable_files_and_endless_nesting_do_not_stop_it(root: Path) -> None:
    deep = root
    for _ in range(100):
        deep /= "d"
        deep.mkdir()
    (deep / "bottom").write_text("x")
    put(root, "z")
    assert "z" in names(packed(root, ()))


def test_names_that_are_no_text_survive(root: Path, fresh: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    put(root, name, b"x")
    put(root, "a" * 200 + "/" + "b" * 200, b"y")
    unpack(fresh, packed(root, ()))
    assert (fresh / name).read_bytes() == b"x"
    assert (fresh / ("a" * 200) / ("b" * 200)).read_bytes() == b"y"


def test_an_archive_stays_within_its_bound(root: Path) -> None:
    for number in range(20):
        put(root, f"{number}.bin", noise(100_000))
    archive = packed(root, (), bound=1_000_000)
    assert len(archive) <= 1_000_000
    assert 8 <= len(names(archive)) < 20


def test_a_file_that_is_too_large_does_not_keep_out_smaller_ones(root: Path, fresh: Path) -> None:
    put(root, "a-large.bin", noise(2_000_000))
    put(root, "b-small.txt", b"small")
    unpack(fresh, packed(root, (), bound=1_000_000))
    assert [path.name for path in fresh.iterdir()] == ["b-small.txt"]


def test_products_give_way_to_what_programs_wrote(root: Path) -> None:
    put(root, f"{PRODUCTS}/Main.o", noise(600_000))
    put(root, "results.bin", noise(600_000))
    assert names(packed(root, (), bound=1_000_000)) == {"results.bin"}


def test_an_empty_folder_gives_an_archive_that_unpacks(root: Path, fresh: Path) -> None:
    unpack(fresh, packed(root, ()))
    assert list(fresh.iterdir()) == []


# --- what is left out ---------------------------------------------------------------------------------


def test_what_has_no_room_is_told_by_name_and_size(root: Path) -> None:
    put(root, "data/large.bin", noise(2_000_000))
    put(root, "larger.bin", noise(3_000_000))
    put(root, "small.txt", b"small")
    told = left_out(root, bound=1_000_000)
    assert (told.count, told.bytes) == (2, 5_000_000)
    assert told.files == [LeftFile("larger.bin", 3_000_000), LeftFile("data/large.bin", 2_000_000)]


def test_of_what_is_kept_tracked_or_made_anew_nothing_is_told(root: Path) -> None:
    put(root, "kept.txt", bytes(3_000_000))  # packs well
    put(root, "Main.hs", noise(2_000_000))
    put(root, f"{PRODUCTS}/Main.o", noise(2_000_000))
    put(root, ".session/tmp/ghc1_0/scratch", noise(2_000_000))
    archive, told = pack(root, {"Main.hs"}, bound=1_000_000)
    assert (names(archive), told) == ({"kept.txt"}, None)


def test_links_and_what_lies_too_deep_are_told_pipes_are_not(root: Path) -> None:
    (root / "link").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe")
    deep = root / "/".join("d" * 40)
    deep.mkdir(parents=True)
    told = left_out(root)
    assert (told.count, told.bytes) == (2, 0)
    assert {file.path for file in told.files} == {"link", "/".join("d" * 33)}


def test_of_many_the_largest_are_named_and_all_are_counted(root: Path) -> None:
    for number in range(200):
        put(root, f"{number:03}.bin", noise(100_000 + number))
    told = left_out(root, bound=200_000)
    assert (told.count, len(told.files)) == (199, LEFT_OUT_FILES)
    assert [file.path for file in told.files] == [f"{number:03}.bin" for number in range(199, 179, -1)]


def test_any_name_that_a_program_may_give_fits_a_message(root: Path) -> None:
    put(root, "/".join(["long" * 50] * 8), noise(300_000))
    put(root, os.fsdecode(b"caf\xe9\n\x01"), noise(400_000))
    told = left_out(root, bound=200_000)
    assert decode_frame(encode(Overlay("", last=True, left_out=told))) == Overlay("", True, told)
    assert [len(file.path) for file in told.files] == [6, PATH_BYTES]
    assert told.files[1].path == "…" + ("long" * 50)[-53:] + "/" + "long" * 50


# --- unpack -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../out", "a/../../out", "a//b", "./x", ".session/tmp/x", ".session", "x" * 300 + "/.."],
)
def test_a_path_that_leads_elsewhere_is_refused(fresh: Path, name: str) -> None:
    with pytest.raises(BadArchive):
        unpack(fresh, made(member(name), content=b"x"))
    assert not (fresh.parent / "out").exists()


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.GNUTYPE_SPARSE,
    ],
)
def test_nothing_but_files_and_folders_is_taken(fresh: Path, kind: bytes) -> None:
    with pytest.raises(BadArchive):
        unpack(fresh, made(member("x", kind, "/etc/passwd")))
    assert not (fresh / "x").is_symlink()


def test_a_link_that_stands_there_is_not_written_through(fresh: Path, root: Path) -> None:
    secret = put(root, "secret", b"old")
    (fresh / "file").symlink_to(secret)
    (fresh / "folder").symlink_to(root)
    unpack(fresh, made(member("file"), content=b"new"))
    with pytest.raises(BadArchive):
        unpack(fresh, made(member("folder/secret"), content=b"new"))
    assert secret.read_bytes() == b"old"
    assert (fresh / "file").read_bytes() == b"new"


def test_a_bomb_is_stopped_while_it_streams(fresh: Path) -> None:
    bomb = made(member("zeros"), content=bytes(80_000_000))
    assert len(bomb) < 200_000
    with pytest.raises(BadArchive):
        unpack(fresh, bomb, bound=1_000_000)


def test_too_many_entries_are_refused(fresh: Path) -> None:
    with pytest.raises(BadArchive):
        unpack(fresh, made(*[member("folder", tarfile.DIRTYPE)] * 20_001))


@pytest.mark.parametrize(
    "archive",
    [b"", b"nonsense", gzip.compress(b"no tar" * 500), made(member("a"), content=noise(5000))[:-3000]],
    ids=["empty", "nonsense", "no tar", "torn"],
)
def test_damaged_archives_are_refused(fresh: Path, archive: bytes) -> None:
    with pytest.raises(BadArchive):
        unpack(fresh, archive)


def test_a_name_with_a_setuid_bit_loses_it(fresh: Path) -> None:
    entry = member("tool")
    entry.mode = 0o4755
    unpack(fresh, made(entry, content=b"x"))
    assert (fresh / "tool").stat().st_mode & 0o7777 == 0o755

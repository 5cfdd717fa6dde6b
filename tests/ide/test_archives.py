import io
import stat
import zipfile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ide.exceptions import Invalid, TooLarge
from ide.models import Toolchain, Workspace
from ide.toolchains import register
from ide.workspaces import archives
from sandbox.limits import FILE_BYTES, MIB
from tests.ide.rest import Api, problem


def zipped(*entries: tuple[str | ZipInfo, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def special(name: str, kind: int) -> ZipInfo:
    entry = ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    return entry


def test_what_was_written_reads_back_the_same() -> None:
    texts = {"Main.hs": "main = print 1\n", "src/A.hs": "module A where\n", "data/x.txt": "\N{SNOWMAN}\r\n"}
    assert archives.read(archives.write("my-project", texts, {})) == texts


def test_the_archive_has_one_folder_and_a_cabal_file() -> None:
    with ZipFile(io.BytesIO(archives.write("my-project", {"Main.hs": "main = print 1\n"}, {}))) as archive:
        assert sorted(archive.namelist()) == ["my-project/Main.hs", "my-project/my-project.cabal"]


def test_a_plain_archive_keeps_its_folders() -> None:
    assert archives.read(zipped(("src/Main.hs", "main = print 1"))) == {"src/Main.hs": "main = print 1"}


def test_the_folder_around_a_whole_package_is_left_out() -> None:
    data = zipped(("thing-main/", ""), ("thing-main/thing.cabal", "name: thing"), ("thing-main/src/A.hs", ""))
    assert archives.read(data).keys() == {"thing.cabal", "src/A.hs"}


def test_build_products_are_left_out() -> None:
    data = zipped(
        ("Main.hs", "main = print 1"),
        ("Main.hi", b"\0\1"),
        ("Main.o", b"\x7fELF"),
        ("dist-newstyle/cache/plan.json", b"\0"),
        (".git/objects/ab/cd", b"\0\xff"),
        ("__MACOSX/._Main.hs", b"\0"),
    )
    assert archives.read(data).keys() == {"Main.hs"}


@pytest.mark.parametrize(
    "name",
    ["../evil.hs", "/etc/passwd", "a/../../evil.hs", "..\\evil.hs", "C:\\evil.hs", "a\nb.hs", "x" * 300],
)
def test_a_name_that_escapes_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        archives.read(zipped(("Main.hs", ""), (name, "x")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind: int) -> None:
    with pytest.raises(Invalid, match="link or a device"):
        archives.read(zipped((special("link", kind), "/etc/passwd")))


@pytest.mark.parametrize("names", [("A.hs", "A.hs"), ("A.hs", "a.hs"), ("src/Ä.hs", "src/ä.hs")])
def test_names_that_are_the_same_somewhere_are_refused(names: tuple[str, str]) -> None:
    other = names[1].replace("hs", "xx")
    data = zipped((names[0], "1"), (other, "2")).replace(other.encode(), names[1].encode())
    with pytest.raises(Invalid, match="twice"):
        archives.read(data)


def test_a_file_and_a_folder_of_one_name_are_refused() -> None:
    with pytest.raises(Invalid, match="both a file and a folder"):
        archives.read(zipped(("a", "1"), ("a/b", "2")))


def test_a_bomb_is_noticed_while_it_unpacks() -> None:
    bomb = zipped(("Bomb.hs", b"0" * 50 * MIB))
    assert len(bomb) < FILE_BYTES
    with pytest.raises(TooLarge, match=r"Bomb\.hs"):
        archives.read(bomb)


def test_a_bomb_that_lies_about_its_size_is_noticed() -> None:
    data = bytearray(zipped(("Bomb.hs", b"0" * 50 * MIB)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    with pytest.raises((TooLarge, Invalid)):
        archives.read(bytes(data))


def test_many_files_that_are_small_alone_are_too_large_together() -> None:
    with pytest.raises(TooLarge, match="8 MiB"):
        archives.read(zipped(*((f"F{n}.hs", b"0" * FILE_BYTES) for n in range(17))))


def test_too_many_entries_are_refused_before_they_are_read() -> None:
    with pytest.raises(TooLarge, match="entries"):
        archives.read(zipped(*((f"d{n}/", "") for n in range(2001))))


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + b"\xff" * 18, b"\0" * 1000]
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="not a zip archive"):
        archives.read(data)


def test_a_damaged_archive_is_refused() -> None:
    data = bytearray(zipped(("Main.hs", "main = print 1\n" * 100)))
    data[45] ^= 0xFF
    with pytest.raises(Invalid, match="not a zip archive"):
        archives.read(bytes(data))


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(zipped(("Main.hs", "x")))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Invalid, match="encrypted"):
        archives.read(bytes(data))


def test_an_empty_archive_makes_an_empty_workspace() -> None:
    assert archives.read(zipped()) == {}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_read_too(method: int) -> None:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", method) as archive:
        archive.writestr("Main.hs", "main = print 1")
    assert archives.read(buffer.getvalue()) == {"Main.hs": "main = print 1"}


def test_an_archive_goes_out_and_comes_in(api: Api) -> None:
    made = api.make(name="Round trip", files={"Main.hs": "main = print 1\n", "src/A.hs": "module A where\n"})
    answer = api.get(f"/workspaces/{made}/archive.zip")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="round-trip.zip"'
    file = SimpleUploadedFile("round-trip.zip", answer.content)
    back = api.upload("/workspaces/import", {"file": file, "name": "Again"})
    assert back.status_code == 201
    assert (back.json()["name"], [each["path"] for each in back.json()["files"]]) == (
        "Again",
        ["Main.hs", "src/A.hs"],
    )


def test_the_description_names_the_packages_of_the_workspaces_own_toolchain(
    api: Api, toolchain_row: Toolchain
) -> None:
    register(
        {
            "name": "ghc-9.6",
            "digest": toolchain_row.digest,
            "ghc": "9.6.6",
            "packages": {"base": "4.18", "colour": "2.3.6"},
            "modules": {"Data.Colour.Names": "colour", "Data.List": "base"},
        }
    )
    made = api.make(name="colour", files={"Main.hs": "import Data.Colour.Names\nmain = print red\n"})
    answer = api.get(f"/workspaces/{made}/archive.zip")
    assert answer["Content-Disposition"] == 'attachment; filename="colour-workspace.zip"'
    with ZipFile(io.BytesIO(answer.content)) as archive:
        described = archive.read("colour-workspace/colour-workspace.cabal").decode()
    assert "build-depends: base, colour\n" in described


def test_a_bad_upload_is_a_problem_and_makes_nothing(api: Api) -> None:
    problem(api.upload("/workspaces/import", {"file": SimpleUploadedFile("x.zip", b"no")}), 400)
    missing = problem(api.upload("/workspaces/import", {"name": "x"}), 400)
    assert (missing["field"], missing["detail"]) == ("file", "“file” is missing.")
    problem(
        api.upload("/workspaces/import", {"file": SimpleUploadedFile("x.zip", zipped(("../x", "")))}), 400
    )
    problem(
        api.upload("/workspaces/import", {"file": SimpleUploadedFile("x.zip", zipped()), "name": "x" * 200}),
        400,
    )
    problem(api.upload("/workspaces/import", {"file": SimpleUploadedFile("x.zip", b"0" * (9 * MIB))}), 413)
    assert not Workspace.objects.exists()


def test_the_name_comes_from_the_file_when_none_is_given(api: Api) -> None:
    file = SimpleUploadedFile("thing.zip", zipped(("Main.hs", "")))
    assert api.upload("/workspaces/import", {"file": file}).json()["name"] == "thing"

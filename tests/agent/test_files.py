"""Manifest, editors' texts, contents, and how they get into the folder."""

import os
from pathlib import Path
from typing import Any

import pytest

from sandbox.agent.files import Files, sha256
from sandbox.agent.tree import Tree, problem


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(Tree(tmp_path))


def sync(files: Files, **texts: bytes) -> None:
    """Track these files (`__` for `/`) and have their contents."""
    named = {name.replace("__", "/"): text for name, text in texts.items()}
    files.sync({name: sha256(text) for name, text in named.items()})
    for text in named.values():
        files.supply(sha256(text), text)


def test_contents_are_asked_for_until_they_come(files: Files) -> None:
    files.sync({"a": sha256(b"1"), "b": sha256(b"1"), "c": sha256(b"2")})
    assert files.missing() == sorted({sha256(b"1"), sha256(b"2")})
    files.supply(sha256(b"1"), b"1")
    files.supply(sha256(b"2"), b"forged")
    assert files.missing() == []
    assert files.lost() == ["c"]
    assert files.contents() == {"a": b"1", "b": b"1"}


def test_an_editors_text_goes_before_what_is_saved_until_it_is_closed(files: Files) -> None:
    sync(files, a=b"saved")
    files.edit("a", 7, "typed")
    assert (files.contents(), files.versions) == ({"a": b"typed"}, {"a": 7})
    files.close("a")
    assert (files.missing(), files.contents()) == ([], {"a": b"saved"})


def test_saving_what_was_typed_changes_nothing_and_asks_for_nothing(files: Files) -> None:
    sync(files, a=b"old")
    files.edit("a", 1, "new")
    before = files.generation
    files.sync({"a": sha256(b"new")})
    files.edit("a", 2, "new")
    assert (files.generation, files.missing()) == (before, [])
    files.close("a")
    assert (files.generation, files.contents()) == (before, {"a": b"new"})


def test_a_file_that_a_program_changed_is_put_back(files: Files, tmp_path: Path) -> None:
    sync(files, src__Main=b"mine")
    files.place()
    (tmp_path / "src/Main").write_bytes(b"evil")
    files.place()
    assert (tmp_path / "src/Main").read_bytes() == b"mine"


def test_a_file_that_is_not_tracked_any_more_goes_with_its_empty_folder(files: Files, tmp_path: Path) -> None:
    sync(files, src__Main=b"x", top=b"y")
    files.place()
    (tmp_path / "kept").write_bytes(b"of a program")
    sync(files, top=b"y")
    files.place()
    assert {path.name for path in tmp_path.iterdir()} == {".session", "kept", "top"}


def test_what_is_being_written_is_in_nobodys_sight(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, seen = os.rename, list[set[str]]()

    def watched(*arguments: Any, **more: Any) -> None:
        seen.append({path.name for path in tmp_path.iterdir()})
        rename(*arguments, **more)

    monkeypatch.setattr(os, "rename", watched)
    sync(files, top=b"x")
    files.place()
    assert seen == [{".session"}]
    assert (tmp_path / "top").read_bytes() == b"x"


def test_a_folder_or_a_link_in_a_files_place_is_removed_and_never_followed(
    files: Files, tmp_path: Path
) -> None:
    outside = tmp_path.parent / "outside"
    outside.mkdir()
    sync(files, src__Main=b"mine", top=b"t")
    (tmp_path / "src").symlink_to(outside)
    (tmp_path / "top/inner").mkdir(parents=True)
    files.place()
    assert (tmp_path / "src/Main").read_bytes() == b"mine"
    assert (tmp_path / "top").read_bytes() == b"t"
    assert list(outside.iterdir()) == []


def test_a_link_to_a_file_is_replaced_and_its_target_kept(files: Files, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"kept")
    (tmp_path / "a").symlink_to(target)
    sync(files, a=b"mine")
    files.place()
    assert (target.read_bytes(), (tmp_path / "a").is_symlink()) == (b"kept", False)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../b", "a//b", ".", "a\0b", "x" * 256, ".session/tmp/x"]
)
def test_a_path_that_leaves_the_workspace_is_refused(files: Files, path: str) -> None:
    assert problem(path)
    with pytest.raises(ValueError, match="path"):
        files.sync({path: sha256(b"")})
    with pytest.raises(ValueError, match="path"):
        files.edit(path, 1, "")

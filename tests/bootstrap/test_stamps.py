"""When something is made again."""

from pathlib import Path

from bootstrap import stamps


def test_the_same_files_need_no_work(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("one")
    made = stamps.inputs_hash([tmp_path / "source"])
    stamps.write(tmp_path / "out" / "stamp", made)
    assert stamps.is_fresh(tmp_path / "out" / "stamp", stamps.inputs_hash([tmp_path / "source"]))


def test_a_changed_file_a_new_file_and_a_new_name_need_work(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    before = stamps.inputs_hash([tmp_path])
    (tmp_path / "a").write_text("two")
    changed = stamps.inputs_hash([tmp_path])
    (tmp_path / "b").write_text("")
    added = stamps.inputs_hash([tmp_path])
    (tmp_path / "b").rename(tmp_path / "c")
    renamed = stamps.inputs_hash([tmp_path])
    assert len({before, changed, added, renamed}) == 4


def test_what_was_never_made_is_not_fresh(tmp_path: Path) -> None:
    assert not stamps.is_fresh(tmp_path / "stamp", stamps.inputs_hash([]))


def test_pythons_caches_are_no_inputs(tmp_path: Path) -> None:
    before = stamps.inputs_hash([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("x")
    assert stamps.inputs_hash([tmp_path]) == before

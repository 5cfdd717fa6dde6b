import pytest
from hypothesis import given
from hypothesis import strategies as st

from ide.exceptions import Invalid
from ide.workspaces import paths


@pytest.mark.parametrize(
    "path", ["Main.hs", "src/Data/Map.hs", "a b.txt", "Überraschung.hs", "-x", "@args", "x" * 255]
)
def test_ordinary_names_are_taken(path: str) -> None:
    assert paths.check(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../up.hs",
        "src/../../up.hs",
        "src//Main.hs",
        "src/",
        "./Main.hs",
        "..",
        "a\\b",
        "a\0b",
        "new\nline",
        "tab\there",
        "rtl\N{RIGHT-TO-LEFT OVERRIDE}sh.niam",
        "zero\N{ZERO WIDTH SPACE}width",
        " leading",
        "trailing ",
        "x" * 256,
        "ä" * 128,
        ".session/inbox",
        ".session",
        "\ud800",
        "\ufffd.hs",
    ],
)
def test_a_name_that_escapes_or_deceives_is_refused_with_a_sentence(path: str) -> None:
    with pytest.raises(Invalid) as caught:
        paths.check(path, "files")
    assert caught.value.field == "files"
    assert caught.value.sentence.isprintable()


def refusal_of(path: str) -> Invalid | None:
    try:
        paths.check(path)
    except Invalid as refusal:
        return refusal
    return None


@given(st.text(max_size=300))
def test_whatever_is_taken_stays_below_the_workspace(path: str) -> None:
    refusal = refusal_of(path)
    if refusal:
        assert refusal.sentence.isprintable()
        return
    assert len(path.encode()) <= 255
    assert ".." not in path.split("/")
    assert not path.startswith("/")
    assert path.isprintable()


def test_a_file_cannot_be_where_a_folder_is() -> None:
    with pytest.raises(Invalid, match="is a folder"):
        paths.check_free("src", ["src/Main.hs"])
    with pytest.raises(Invalid, match="is a file"):
        paths.check_free("Main.hs/deeper", ["Main.hs"])
    paths.check_free("src/Other.hs", ["src/Main.hs", "src.hs"])

"""Every message that the cases of code actions lead to is explained in words of its own."""

import pytest

from ide.editor.explained import TEXTS
from ide.editor.explanations import explanation
from ide.editor.shown import INDEX, code_of, shown
from sandbox.messages import Diagnostic, Position, Range
from tests.ide.action_cases import cases, recorded

CASES = cases()
WHOLE = Range(Position(0, 0), Position(0, 1))


@pytest.mark.parametrize("toolchain", ["ghc-9.6", "ghc-9.10"])
@pytest.mark.parametrize("name", CASES)
def test_what_either_compiler_says_is_explained(name: str, toolchain: str) -> None:
    for told in recorded(toolchain)[name]:
        assert code_of(told) in TEXTS, told.message


@pytest.mark.parametrize("name", CASES)
def test_a_message_without_a_code_is_explained_as_the_same_one_with_a_code(name: str) -> None:
    old, new = recorded("ghc-9.6")[name], recorded("ghc-9.10")[name]
    for told in old:
        there = {each.code for each in new if each.range.start == told.range.start}
        if told.code is None or not told.code.startswith("GHC-"):
            assert not there or code_of(told) in there


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Multiple declarations of ‘g’\nDeclared at: Main.hs:9:1", "GHC-29916"),
        ("The IO action ‘main’ is not exported by module ‘Main’", "GHC-67120"),
        ("Cycle in type synonym declarations:\n  Main.hs:3:1-10: type A = B", "GHC-97522"),
        ("Precedence parsing error\n    cannot mix ‘==’ [infix 4] and ‘==’", "GHC-88747"),
        ("The import of ‘nub, sortOn’\nfrom module ‘Data.List’ is redundant", "GHC-38856"),
        ("Who knows what this is", None),
    ],
)
def test_a_code_that_is_not_told_is_known_by_the_words(message: str, code: str | None) -> None:
    told = Diagnostic("file:///work/Main.hs", WHOLE, 1, None, "ghc", message)
    assert code_of(told) == code
    page = shown([told])[0].code_description
    assert (page and page.href) == (code and f"{INDEX}{code}/")
    other = Diagnostic("file:///work/Main.hs", WHOLE, 1, None, "hlint", message)
    assert code_of(other) is None


@pytest.mark.parametrize("code", TEXTS)
def test_an_explanation_has_a_title_and_whole_sentences(code: str) -> None:
    found = explanation(code)
    assert found is not None
    assert found.title
    assert found.text.endswith(".") or found.text.endswith("…")


def test_a_code_without_words_of_its_own_leads_to_the_index() -> None:
    found = explanation("GHC-00001")
    assert found is not None
    assert (found.title, found.url) == ("GHC-00001", f"{INDEX}GHC-00001/")
    assert explanation("-Wunused-imports") is None

"""The import of a name that a search found."""

import pytest

from ide.actions.source import Source
from ide.actions.wanted import imported

TEXT = """module M where

import Data.Map (Map)
import qualified Data.Char as C
import Data.List
import Data.Ord (Down)

x = 1
"""


def after(name: str, kind: str, module: str, parent: str = "", text: str = TEXT) -> str | None:
    edit = imported(Source(text), name, kind, module, parent)
    return None if edit is None else text[: edit.start] + edit.text + text[edit.end :]


@pytest.mark.parametrize(
    ("name", "kind", "module", "parent", "line"),
    [
        ("insert", "function", "Data.Map", "", "import Data.Map (Map, insert)"),
        ("!", "function", "Data.Map", "", "import Data.Map (Map, (!))"),
        ("toUpper", "function", "Data.Char", "", "import Data.Char (toUpper)"),
        (
            "runStateT",
            "field",
            "Control.Monad.State",
            "StateT",
            "import Control.Monad.State (runStateT)",
        ),
        ("First", "constructor", "Data.Monoid", "First", "import Data.Monoid (First (..))"),
        ("Cons", "pattern", "Data.Pat", "", "import Data.Pat (pattern Cons)"),
        ("Empty", "pattern", "Data.Sequence", "Seq", "import Data.Sequence (Seq (..))"),
        ("Down", "constructor", "Data.Ord", "Down", "import Data.Ord (Down (..))"),
        (":~:", "type", "Data.Type.Equality", "", "import Data.Type.Equality (type (:~:))"),
    ],
)
def test_a_name_is_imported_as_one_would_write_it(
    name: str, kind: str, module: str, parent: str, line: str
) -> None:
    result = after(name, kind, module, parent)
    assert result is not None
    assert line in result.split("\n")


def test_what_is_in_scope_is_not_imported_again() -> None:
    assert after("sort", "function", "Data.List") is None
    assert after("Map", "type", "Data.Map") is None
    assert after("map", "function", "Prelude") is None

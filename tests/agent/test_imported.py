"""What import lines bring into scope, by their text. Nothing runs here."""

import pytest

from sandbox.agent.language.exports import Export
from sandbox.agent.language.imported import giving, imports

TEXT = """module A where
import qualified Data.Map as Map
import Data.Set qualified as Set (insert, Set (..))
import Data.Maybe hiding (fromJust)
import Control.Lens ((^.), view,
  makeLenses)
-- import Data.Char
"""


def export(name: str, parent: str = "") -> Export:
    return Export(name, "function", parent, "", "")


@pytest.mark.parametrize(
    ("qualifier", "modules"),
    [
        ("Map", ["Data.Map"]),
        ("Set", ["Data.Set"]),
        ("", ["Data.Maybe", "Control.Lens", "Prelude"]),
        ("Data.Maybe", ["Data.Maybe"]),
        ("T", []),
    ],
)
def test_a_qualifier_gives_what_was_imported_under_it(qualifier: str, modules: list[str]) -> None:
    assert [each.module for each in giving(imports(TEXT), qualifier)] == modules


def test_a_list_says_what_is_imported_and_what_not() -> None:
    found = {each.module: each for each in imports(TEXT)}
    assert found["Data.Map"].gives(export("size"))
    assert found["Data.Set"].gives(export("Tip", "Set"))
    assert not found["Data.Set"].gives(export("delete"))
    assert found["Data.Maybe"].gives(export("isJust"))
    assert not found["Data.Maybe"].gives(export("fromJust"))
    assert all(found["Control.Lens"].gives(export(name)) for name in ("^.", "view", "makeLenses"))
    assert not found["Control.Lens"].gives(export("over"))

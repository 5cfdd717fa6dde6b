"""What may be the name of what, and a text with another name in it. Nothing runs here."""

import pytest

from sandbox.agent.language import naming
from sandbox.agent.language.naming import Written
from sandbox.agent.language.unanswerable import Unanswerable


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(("area", "room'"), ("_side", "größe"), ("Shape", "Form"), ("<+>", "∘"), (":+", ":*")),
        *(("pattern", "rule"), ("rec", "forall"), ("x", "mdo"), ("·", "<+>"), ("<+>", "-->"), ("+", "§")),
    ],
)
def test_a_name_of_the_same_kind_will_do(old: str, new: str) -> None:
    naming.check(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(
            ("area", each)
            for each in ("Area", "area", "", "2d", "a b", "where", "_", "<+>", "a.b", "a\n", "·")
        ),
        *(("<+>", each) for each in ("plus", ":+", "->", "--", "---", "<+> ", "<,>", "«")),
        *((":+", each) for each in ("+", ":", "::", "Plus")),
    ],
)
def test_a_name_of_another_kind_is_refused(old: str, new: str) -> None:
    with pytest.raises(Unanswerable):
        naming.check(old, new)


@pytest.mark.parametrize("text", ["area", "S.area", "`area`", "`Data.S.area`", "(area)", "( S.area )"])
def test_a_name_is_found_in_what_stands_around_it(text: str) -> None:
    found = naming.written(text, 0, len(text), "area")
    assert found
    assert text[slice(*found)] == "area"


@pytest.mark.parametrize("text", ["..", "makeLenses ''Shape", "areas", "s.area"])
def test_what_names_it_otherwise_has_no_name_to_change(text: str) -> None:
    assert naming.written(text, 0, len(text), "area") is None


def test_a_pun_is_written_out_with_the_new_name_where_it_belongs() -> None:
    text = "f P {a} = a; g P {a} = a"
    places = [Written("M.hs", 23, 24), Written("M.hs", 18, 19, "value"), Written("M.hs", 5, 6, "field")]
    changes = naming.changes(places, "a", "bc")
    changed = naming.changed(text, changes)
    assert changed == "f P {bc = a} = a; g P {a = bc} = bc"
    assert {changed[start : start + 2] for start in naming.expected(changes)} == {"bc"}


def test_a_word_for_several_fields_is_refused() -> None:
    with pytest.raises(Unanswerable, match="several things"):
        naming.changes([Written("M.hs", 0, 1, "several")], "a", "b")

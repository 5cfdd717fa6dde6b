"""What people call modules."""

import pytest

from sandbox.agent.language.aliases import distance, meant


@pytest.mark.parametrize(
    ("module", "alias"),
    [
        ("Data.Map", "Map"),
        ("Data.Map.Strict", "M"),
        ("Data.Text.IO", "TIO"),
        ("Data.Text", "T"),
        ("Data.ByteString.Lazy.Char8", "BLC"),
        ("Data.HashMap.Strict", "HM"),
        ("Data.List.NonEmpty", "NE"),
        ("Data.Sequence", "Seq"),
        ("Data.Map.Strict", "Map.Strict"),
        ("Shapes", "S"),
    ],
)
def test_a_module_is_called_by_its_words_or_their_beginnings(module: str, alias: str) -> None:
    assert distance(module, alias) is not None


@pytest.mark.parametrize(
    ("module", "alias"),
    [("Data.Map", "Set"), ("Data.Map", "Data"), ("Data.Text.IO", "IOT"), ("Data.Map", "x")],
)
def test_a_module_is_called_nothing_else(module: str, alias: str) -> None:
    assert distance(module, alias) is None


def test_the_nearest_name_comes_first_and_of_two_the_strict_one() -> None:
    modules = ["Data.IntMap", "Data.Map", "Data.Map.Strict", "Data.Map.Lazy"]
    assert sorted(modules, key=lambda module: distance(module, "Map") or 0.0)[:2] == [
        "Data.Map.Strict",
        "Data.Map",
    ]


def test_a_name_of_any_length_is_compared_at_once() -> None:
    assert distance("A." + "Aa" * 200, "A" * 1000) is None


def test_a_word_that_can_be_parted_in_ways_without_end_is_no_alias() -> None:
    assert distance("Data." + ".".join(["a" * 20] * 8), "a" * 150 + "b") is None


MODULES = [
    "Data.Text",
    "Data.Text.Lazy",
    "RIO.Set",
    "Data.Set",
    "Control.Monad.Trans.Text",
    "Data.Char",
    "Shapes",
]


@pytest.mark.parametrize(
    ("alias", "modules"),
    [
        ("T", ["Data.Text"]),
        ("Set", ["Data.Set", "RIO.Set"]),
        ("Data.Char", ["Data.Char"]),
        ("Shapes", ["Shapes"]),
        ("Text", ["Data.Text", "Control.Monad.Trans.Text"]),
        ("V", []),
    ],
)
def test_an_alias_by_itself_means_the_usual_module_or_what_ends_so(alias: str, modules: list[str]) -> None:
    assert meant(alias, MODULES) == modules

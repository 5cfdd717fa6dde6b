"""What people call modules when they import them qualified. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from sandbox.spelling import LARGE, LETTER, SMALL

NEAR = 2.0  # words that may be left out
BASES = ("Data.", "Control.")  # where people look first
MEANT = 3  # modules that one alias may name
LETTERS = 20  # of an alias made of beginnings: with many more, there are ways without end to part it
USUAL = {
    "B": "Data.ByteString",
    "BB": "Data.ByteString.Builder",
    "BC": "Data.ByteString.Char8",
    "BL": "Data.ByteString.Lazy",
    "BS": "Data.ByteString",
    "BSC": "Data.ByteString.Char8",
    "BSL": "Data.ByteString.Lazy",
    "C": "Data.Char",
    "C8": "Data.ByteString.Char8",
    "HM": "Data.HashMap.Strict",
    "HS": "Data.HashSet",
    "HashMap": "Data.HashMap.Strict",
    "IM": "Data.IntMap.Strict",
    "IS": "Data.IntSet",
    "IntMap": "Data.IntMap.Strict",
    "L": "Data.List",
    "LBS": "Data.ByteString.Lazy",
    "LT": "Data.Text.Lazy",
    "M": "Data.Map.Strict",
    "MV": "Data.Vector.Mutable",
    "Map": "Data.Map.Strict",
    "NE": "Data.List.NonEmpty",
    "S": "Data.Set",
    "Seq": "Data.Sequence",
    "T": "Data.Text",
    "TE": "Data.Text.Encoding",
    "TIO": "Data.Text.IO",
    "TL": "Data.Text.Lazy",
    "V": "Data.Vector",
    "VU": "Data.Vector.Unboxed",
}  # what nearly everybody means by them
_WORD = re.compile(rf"{LARGE}+(?!{SMALL})|{LARGE}?(?:(?!{LARGE}){LETTER})+")


def meant(alias: str, modules: Iterable[str]) -> list[str]:
    """Those of the modules that the alias names by itself: the usual one, else what ends with it."""
    there = set(modules)
    if (usual := USUAL.get(alias)) in there:
        return [usual]
    ended = (module for module in there if module == alias or module.endswith(f".{alias}"))
    return sorted(ended, key=lambda module: (not module.startswith(BASES), len(module), module))[:MEANT]


def distance(module: str, alias: str) -> float | None:
    """How far the alias is from the module's name; None where nobody would call it so.

    It is the end of the name, or made of beginnings of its words, in their order: `Data.Map.Strict` is
    `Map`, or `M`; `Data.Text.IO` is `TIO`. The strict one of two modules is the nearer.
    """
    if module == alias or ("." in alias and module.endswith(f".{alias}")):
        return 0.0
    if len(alias) > LETTERS:
        return None
    begun = _abbreviations(module).fullmatch(alias)
    if begun is None:
        return None
    left_out = sum(1.0 for part in begun.groups() if not part)
    far = left_out - (1.5 if module.endswith(".Strict") else 0.0)
    return far if far <= NEAR else None


@lru_cache(maxsize=1024)
def _abbreviations(module: str) -> re.Pattern[str]:
    """Matches them, with a group for each word; the first part of the name says little, and is no word."""
    _, _, rest = module.partition(".")
    words = _WORD.findall(rest or module)[:8]
    return re.compile("".join(f"({_beginnings(word[:20])})" for word in words))


def _beginnings(word: str) -> str:
    """`Map` → `(?:M(?:a(?:p)?)?)?`"""
    return "(?:" + "(?:".join(map(re.escape, word)) + ")?" * len(word)

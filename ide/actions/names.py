"""Which of the usual modules exports a name: read from `exports.txt`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PRELUDE = "Prelude"
EXPORTS = Path(__file__).with_name("exports.txt")

# What people call modules; the first is the one to offer.
ALIASES = {
    "A": ["Data.Array", "Data.Aeson"],
    "B": ["Data.ByteString"],
    "BC": ["Data.ByteString.Char8"],
    "BL": ["Data.ByteString.Lazy"],
    "BS": ["Data.ByteString", "Data.ByteString.Char8"],
    "BSC": ["Data.ByteString.Char8"],
    "BSL": ["Data.ByteString.Lazy"],
    "C": ["Data.Char", "Data.ByteString.Char8"],
    "HM": ["Data.HashMap.Strict"],
    "HashMap": ["Data.HashMap.Strict"],
    "HS": ["Data.HashSet"],
    "IM": ["Data.IntMap.Strict"],
    "IntMap": ["Data.IntMap.Strict", "Data.IntMap"],
    "IS": ["Data.IntSet"],
    "L": ["Data.List", "Data.ByteString.Lazy"],
    "M": ["Data.Map.Strict", "Data.Map"],
    "Map": ["Data.Map.Strict", "Data.Map"],
    "MV": ["Data.Vector.Mutable"],
    "NE": ["Data.List.NonEmpty"],
    "S": ["Data.Set", "Data.Sequence"],
    "Seq": ["Data.Sequence"],
    "T": ["Data.Text", "Data.Text.IO"],
    "TE": ["Data.Text.Encoding"],
    "TIO": ["Data.Text.IO"],
    "TL": ["Data.Text.Lazy"],
    "V": ["Data.Vector"],
    "VU": ["Data.Vector.Unboxed"],
}

# Modules with names of the Prelude's: nobody imports all of one.
QUALIFIED = {module for modules in ALIASES.values() for module in modules} - {
    "Data.Array",
    "Data.Char",
    "Data.List",
}


@dataclass(frozen=True)
class Export:
    """A name that a module exports; `parent`: the type or class that it is imported with."""

    module: str
    package: str
    name: str
    parent: str | None = None
    is_type: bool = False

    @property
    def item(self) -> str:
        """As it stands in an import's list."""
        if self.parent and is_constructor(self.name):
            return f"{self.parent} (..)"
        return self.name if self.name[0].isalpha() or self.name[0] == "_" else f"({self.name})"


def is_constructor(name: str) -> bool:
    return name[0].isupper() or name[0] == ":"


class Names:
    """The exports of the modules that a toolchain has; `packages` None: of all that are known."""

    def __init__(self, packages: Collection[str] | None = None) -> None:
        self._packages = packages

    def exporting(self, name: str) -> list[Export]:
        """Who exports the name, the usual choice first; the Prelude is imported already."""
        found = (each for each in _by_name().get(name, []) if each.module != PRELUDE)
        return [each for each in found if self._has(each.package)]

    def exports(self, module: str) -> list[str]:
        return [each.name for each in _by_module().get(module, []) if self._has(each.package)]

    def in_prelude(self, name: str) -> bool:
        return any(each.module == PRELUDE for each in _by_name().get(name, []))

    def for_alias(self, alias: str, name: str) -> list[str]:
        """Modules that are likely meant by an alias and that export the name."""
        exporters = {each.module for each in self.exporting(name)}
        usual = [module for module in ALIASES.get(alias, []) if module in exporters]
        named = [module for module in _by_module() if module.split(".")[-1] == alias or module == alias]
        return list(dict.fromkeys([*usual, *(module for module in named if module in exporters)]))

    def _has(self, package: str) -> bool:
        return self._packages is None or package in self._packages


@cache
def _by_module() -> Mapping[str, list[Export]]:
    lines = EXPORTS.read_text().splitlines()
    return dict(_parse(line) for line in lines if not line.startswith("#"))


@cache
def _by_name() -> Mapping[str, list[Export]]:
    found: dict[str, list[Export]] = {}
    for exports in _by_module().values():
        for export in exports:
            found.setdefault(export.name, []).append(export)
    return found


def _parse(line: str) -> tuple[str, list[Export]]:
    """`package module: name Type(Constructor,field) …`"""
    head, _, items = line.partition(": ")
    package, _, module = head.partition(" ")
    return module, list(_exports(package, module, items.split()))


def _exports(package: str, module: str, items: Iterable[str]) -> Iterable[Export]:
    for item in items:
        name, _, parts = item.partition("(") if item[0] != "(" else (item, "", "")
        yield Export(module, package, name, None, is_constructor(name))
        for part in filter(None, parts.rstrip(")").split(",")):
            yield Export(module, package, part, name)

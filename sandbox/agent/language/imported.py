"""What a file's imports bring into scope, as far as its text tells. Pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from sandbox.agent.language.exports import Export
from sandbox.agent.language.text import code_of
from sandbox.spelling import LETTER, MODULE_NAME

_IMPORT = re.compile(
    rf"^[ \t]*import\s+(?:safe\s+)?(?P<before>qualified\s+)?(?P<module>{MODULE_NAME})"
    r"(?P<behind>[ \t]+qualified)?"
    rf"(?:\s+as\s+(?P<alias>{MODULE_NAME}))?(?:\s+(?P<hiding>hiding))?(?P<list>\s*\((?:[^()]|\([^()]*\))*\))?",
    re.MULTILINE,
)
_ITEM = re.compile(rf"(?:\(([^()\s\w]+)\)|({LETTER}+))\s*(\([^()]*\))?")


class Imported(NamedTuple):
    """`names`: those of its list, `T(..)` for all of a type; None without one."""

    module: str
    alias: str
    qualified: bool
    hiding: bool
    names: frozenset[str] | None

    def gives(self, one: Export) -> bool:
        if self.names is None:
            return True
        return (one.name in self.names or f"{one.parent}(..)" in self.names) != self.hiding


def imports(text: str) -> tuple[Imported, ...]:
    """With that of the Prelude, which no text needs."""
    found = tuple(_read(each) for each in _IMPORT.finditer(code_of(text)))
    prelude = Imported("Prelude", "Prelude", qualified=False, hiding=False, names=None)
    return found if any(each.module == "Prelude" for each in found) else (*found, prelude)


def giving(found: Iterable[Imported], qualifier: str) -> list[Imported]:
    """Those that bring names into scope under this qualifier, or under none."""
    return [each for each in found if (each.alias == qualifier if qualifier else not each.qualified)]


def _read(found: re.Match[str]) -> Imported:
    names = None
    if found["list"]:
        items = _ITEM.findall(found["list"].strip()[1:-1])
        listed = {symbol or word for symbol, word, _ in items}
        parts = {part for *_, within in items for part in re.findall(f"{LETTER}+", within)}
        names = frozenset(listed | parts | {f"{word}(..)" for _, word, within in items if ".." in within})
    qualified = bool(found["before"] or found["behind"])
    return Imported(
        found["module"], found["alias"] or found["module"], qualified, bool(found["hiding"]), names
    )

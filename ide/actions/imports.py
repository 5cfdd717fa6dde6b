"""The import declarations of a module, and edits of them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from ide.actions.fix import Edit
from ide.actions.source import Source
from sandbox.spelling import MODULE_NAME

_IMPORT = re.compile(
    rf"^import\b(?:\s+safe\b)?(?P<before>\s+qualified\b)?(?:\s+\"[^\"]*\")?\s+(?P<module>{MODULE_NAME})"
    rf"(?P<after>\s+qualified\b)?(?:\s+as\s+(?P<alias>{MODULE_NAME}))?(?P<hiding>\s+hiding\b)?(?P<list>\s*\()?",
    re.MULTILINE,
)
_BEGINS = re.compile(r"^module\b", re.MULTILINE)
_HEAD = re.compile(r".*?\bwhere\b", re.DOTALL)
_ITEM = re.compile(r"(?:(?:type|pattern)\s+)?\(?(?P<name>[^\s()]+)\)?\s*(?P<parts>\(.*\))?", re.DOTALL)


@dataclass(frozen=True)
class Import:
    """One declaration; `list` is what stands between the brackets of its list of names."""

    start: int
    end: int
    module: str
    alias: str | None
    qualified: bool
    hiding: bool
    list: tuple[int, int] | None

    @property
    def prefix(self) -> str:
        """What its names are qualified with."""
        return self.alias or self.module


@lru_cache(maxsize=16)
def imports(source: Source) -> tuple[Import, ...]:
    return tuple(_imports(source))


def _imports(source: Source) -> Iterator[Import]:
    found = list(_IMPORT.finditer(source.code))
    for match, after in zip_longest(found, found[1:]):
        stop = after.start() if after else len(source.code)
        inside = (match.end(), _closing(source.code, match.end(), stop)) if match["list"] else None
        yield Import(
            start=match.start(),
            end=min(inside[1] + 1, stop) if inside else match.end(),
            module=match["module"],
            alias=match["alias"],
            qualified=bool(match["before"] or match["after"]),
            hiding=bool(match["hiding"]),
            list=inside,
        )


def _closing(code: str, start: int, stop: int) -> int:
    """Where the bracket closes that was opened before `start`; else where the code before `stop` ends."""
    depth = 1
    for place in range(start, stop):
        depth += {"(": 1, ")": -1}.get(code[place], 0)
        if depth == 0:
            return place
    return start + len(code[start:stop].rstrip())


def new_import(source: Source, module: str, names: str | None = None, alias: str | None = None) -> str:
    """A declaration in the style of those that are there."""
    if alias is None:
        return f"import {module}" + (f" ({names})" if names is not None else "")
    behind = re.search(rf"^import\s+{MODULE_NAME}\s+qualified\b", source.code, re.MULTILINE)
    qualified = f"import {module} qualified" if behind else f"import qualified {module}"
    return qualified if alias == module else f"{qualified} as {alias}"


def added(source: Source, declaration: str) -> Edit:
    """The declaration behind the other imports; without any, behind the module's head."""
    found = imports(source)
    if found:
        place = source.end_of_line(found[-1].end)
        return Edit(place, place, f"\n{declaration}")
    begins = _BEGINS.search(source.code)
    if begins and (head := _HEAD.match(source.code, begins.start())):
        place = source.end_of_line(head.end())
        gap = "\n" if source.line(source.after_line(place)).strip() else ""
        return Edit(place, place, f"\n\n{declaration}{gap}")
    place = _first_code(source)
    return Edit(place, place, f"{declaration}\n\n")


def _first_code(source: Source) -> int:
    """Where the first line with code starts, the comment right above it included."""
    code = re.search(r"\S", source.code)
    start = source.start_of_line(code.start()) if code else len(source.text)
    while start and (above := source.line(start - 1)).startswith("--") and above.strip():
        start = source.start_of_line(start - 1)
    return start


def item_of(name: str, kind: str, parent: str) -> str:
    """How a name stands in an import's list; `kind` and `parent` as the index has them."""
    shown = name if name[:1].isalpha() or name[:1] == "_" else f"({name})"
    if kind in ("constructor", "pattern") and parent[:1].isalpha():
        return f"{parent} (..)"
    if kind == "pattern":
        return f"pattern {shown}"
    if kind in ("type", "class", "family") and shown.startswith("("):
        return f"type {shown}"
    return shown


def with_item(source: Source, declaration: Import, item: str) -> Edit | None:
    """The item in the declaration's list; a type that is there gets its parts."""
    bare = item.removesuffix(" (..)")
    wider = widened(source, declaration, bare) if bare != item else None
    return wider or with_name(source, declaration, item)


def with_name(source: Source, declaration: Import, item: str) -> Edit | None:
    """The name in the declaration's list, in the list's own style; None without a list."""
    if declaration.list is None:
        return None
    start, end = declaration.list
    inside = source.code[start:end]
    place = start + len(inside.rstrip())
    if not inside.strip():
        return Edit(place, place, item)
    ended = inside.rstrip().endswith(",")
    if "\n" not in inside:
        return Edit(place, place, f" {item}" if ended else f", {item}")
    margin = " " * source.indentation(place)
    if source.line(place).lstrip().startswith(","):
        return Edit(place, place, f"\n{margin}, {item}")
    column = margin + ("  " if source.line(place).lstrip().startswith("(") else "")
    return Edit(place, place, f"\n{column}{item}," if ended else f",\n{column}{item}")


def widened(source: Source, declaration: Import, name: str) -> Edit | None:
    """The type's constructors imported with it; None where the list does not have the bare type."""
    for start, end in items(source, declaration):
        if source.code[start:end].strip() == name:
            place = start + len(source.code[start:end].rstrip())
            return Edit(place, place, " (..)")
    return None


def without_names(source: Source, declaration: Import, names: list[str]) -> Edit | None:
    """The declaration's list without these, each as GHC names it; None where one is not there."""
    if declaration.list is None:
        return None
    kept: list[str] = []
    left = set(names)
    for start, end in items(source, declaration):
        item = _without(source.text[start:end], left)
        if item is not None:
            kept.append(item)
    if left or not kept:
        return None
    start, end = declaration.list
    inside = source.text[start:end]
    lead, tail = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
    comma = "," if inside.rstrip().endswith(",") else ""
    text = lead + ",".join(kept).strip() + comma + tail
    return Edit(start, end, text)


def items(source: Source, declaration: Import) -> Iterator[tuple[int, int]]:
    """What the commas of the list part; nothing behind a last one."""
    start, stop = declaration.list or (0, 0)
    depth = 0
    for place in range(start, stop):
        depth += {"(": 1, ")": -1}.get(source.code[place], 0)
        if source.code[place] == "," and depth == 0:
            yield start, place
            start = place + 1
    if source.code[start:stop].strip():
        yield start, stop


def _without(item: str, names: set[str]) -> str | None:
    """What is left of an item; names that were found are taken out of the set.

    GHC names a field as `Type(field)`, a constructor or a method alone, and with a type all of its parts.
    """
    match = _ITEM.fullmatch(item.strip())
    if not match:
        return item
    inner = [part.strip() for part in (match["parts"] or "")[1:-1].split(",")]
    told = {part: {part.strip("()"), f"{match['name']}({part.strip('()')})"} & names for part in inner}
    gone = [part for part in inner if told[part]]
    names.difference_update(*told.values())
    if match["name"] in names:
        names.discard(match["name"])
        return None
    if not gone:
        return item
    rest = ", ".join(part for part in inner if part not in gone)
    return item.replace(match["parts"], f"({rest})") if rest else item.replace(match["parts"], "").rstrip()


def removed(source: Source, declaration: Import) -> Edit:
    """The declaration gone, with its line."""
    return Edit(declaration.start, source.after_line(declaration.end), "")

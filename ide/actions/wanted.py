"""An import of one name that is known to be there: by its kind, as one would write it. Pure."""

from ide.actions import imports
from ide.actions.fix import Edit
from ide.actions.source import Source

_PARTS = ("constructor", "field", "method")


def item_of(name: str, kind: str, parent: str) -> str:
    """How the name stands in an import's list."""
    shown = name if name[:1].isalpha() or name[:1] == "_" else f"({name})"
    if kind == "pattern":
        return f"pattern {shown}"
    if kind in ("type", "class", "family") and shown.startswith("("):
        return f"type {shown}"
    if kind in _PARTS and parent and parent[:1].isalpha():
        return f"{parent} ({shown})" if kind != "constructor" else f"{parent} (..)"
    return shown


def imported(source: Source, name: str, kind: str, module: str, parent: str) -> Edit | None:
    """The edit that imports it; None where it is imported already, or there is nothing to import it from."""
    if not module or (module == "Prelude" and not _mentions_prelude(source)):
        return None
    item = item_of(name, kind, parent)
    there = [one for one in imports.imports(source) if one.module == module and not one.qualified]
    if any(one.list is None and not one.hiding for one in there):
        return None
    for one in there:
        if one.hiding or one.list is None:
            continue
        start, end = one.list
        if item in [each.strip() for each in _items(source.code[start:end])]:
            return None
        return imports.with_name(source, one, item)
    return imports.added(source, imports.new_import(source, module, item))


def _mentions_prelude(source: Source) -> bool:
    return any(one.module == "Prelude" for one in imports.imports(source))


def _items(text: str) -> list[str]:
    """The list's parts between commas that are in no bracket."""
    found, depth, start = list[str](), 0, 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            found.append(text[start:place])
            start = place + 1
    return [*found, text[start:]]

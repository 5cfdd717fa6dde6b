"""An import of one name that is known to be there: by its kind, as one would write it. Pure."""

from ide.actions import imports
from ide.actions.fix import Edit
from ide.actions.source import Source


def imported(source: Source, name: str, kind: str, module: str, parent: str) -> Edit | None:
    """The edit that imports it; None where it is imported already, or there is nothing to import it from."""
    if not module or (module == "Prelude" and not _mentions_prelude(source)):
        return None
    item = imports.item_of(name, kind, parent)
    there = [one for one in imports.imports(source) if one.module == module and not one.qualified]
    if any(one.list is None and not one.hiding for one in there):
        return None
    for one in there:
        if one.hiding or one.list is None:
            continue
        if item in [source.code[start:end].strip() for start, end in imports.items(source, one)]:
            return None
        return imports.with_item(source, one, item)
    return imports.added(source, imports.new_import(source, module, item))


def qualified(source: Source, module: str, alias: str) -> Edit | None:
    """The edit that imports the module under the alias; None where it is already."""
    if any(one.module == module and one.alias == alias for one in imports.imports(source)):
        return None
    return imports.added(source, imports.new_import(source, module, alias=alias))


def _mentions_prelude(source: Source) -> bool:
    return any(one.module == "Prelude" for one in imports.imports(source))

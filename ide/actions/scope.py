"""Names that are not in scope: another name, a qualified one, a wider import list, a new import. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from ide.actions.extensions import with_extension
from ide.actions.fix import Edit, Fix, Problem
from ide.actions.imports import Import, added, imports, item_of, new_import, with_item
from ide.editor.positions import place
from sandbox.messages import Exported, Range, Sought
from sandbox.spelling import LARGE_NAME, LETTER, MODULE_NAME, SMALL_NAME

NEW_IMPORTS = 6  # offered for one name
WHOLE_IMPORTS = 2

_MISSING = re.compile(
    r"(?:Variable|Data constructor) not in scope: \(?(?P<plain>[^\s()]+)\)?"
    r"|Not in scope: (?P<what>[^‘]*)‘(?P<quoted>[^’]+)’"
    r"|Illegal term-level use of the type constructor (?:or class )?‘(?P<lifted>[^’]+)’"
)
_UNDEFINED = re.compile(
    rf"Variable not in scope: (?P<name>{SMALL_NAME}) :: (?P<type>.+?)(?= NB: | Suggested fix| • |$)"
)
_UNKNOWN = re.compile(SMALL_NAME)  # a type of which nothing is known
_QUALIFIER = re.compile(rf"(?<!{LETTER})(?<!\.)((?:{LARGE_NAME}\.)+)(?=[^\W\d_])")
_OPEN = re.compile(r"\b([a-z]+)\d+\b")
_IN_SPLICE = "compile-time code"
_PERHAPS = re.compile(r"Perhaps (?:you meant|use)(?P<names>.*?)(?=• In |Perhaps you want|Add ‘|$)")
_SUGGESTED = re.compile(rf"‘([^’]+)’(?: \((?:imported from {MODULE_NAME}|lines? [\d-]+)\))?")
_LISTED = re.compile(r"[Aa]dd ‘(?P<name>[^’]+)’ to (?:the|one of these) import lists?(?P<where>.*)")
_PLACE = re.compile(rf"‘(?P<module>{MODULE_NAME})’ \((?:at )?[^()]*?:(?P<line>\d+):")
_AMBIGUOUS = re.compile(r"Ambiguous occurrence ‘(?P<name>[^’]+)’")
_EITHER = re.compile(r"(?:either|or) (?:the \w+ )?‘(?P<name>[^’]+)’, (?:imported|defined)")
_ALIAS = re.compile(rf"(?P<alias>{MODULE_NAME})\.(?P<name>.+)")


def fixes(problem: Problem) -> Iterator[Fix]:
    if _AMBIGUOUS.search(problem.flat):
        yield from _qualified(problem)
    if "not in scope" not in problem.flat.lower() and "term-level use" not in problem.flat:
        return
    yield from _suggested(problem)
    yield from _listed(problem)
    yield from _imported(problem)
    yield from _defined(problem)


def missing(problem: Problem) -> str | None:
    """The name that is not in scope; a type variable is no name of a module's."""
    match = _MISSING.search(problem.flat)
    if match is None or "variable" in (match["what"] or ""):
        return None
    return match["plain"] or match["quoted"] or match["lifted"]


def replacement(problem: Problem, name: str) -> Fix:
    """The name in the diagnostic's place, written as what stands there: bare, in brackets or in backticks."""
    text = problem.text
    if text[:1] in "(`" and text[-1:] in ")`" and len(text) > 2:
        return Fix(f"Replace with {name}", (Edit(problem.start, problem.end, f"{text[0]}{name}{text[-1]}"),))
    return Fix(f"Replace with {name}", (Edit(problem.start, problem.end, name),))


def _suggested(problem: Problem) -> Iterator[Fix]:
    if _IN_SPLICE in problem.flat:
        problem = _narrowed(problem)
    if problem.start == problem.end:
        return
    for perhaps in _PERHAPS.finditer(problem.flat):
        for name in _SUGGESTED.findall(perhaps["names"]):
            yield replacement(problem, name)


def _narrowed(problem: Problem) -> Problem:
    """Where the name itself stands: of what is run while compiling, GHC shows all."""
    name = re.compile(rf"(?<!{LETTER})(?<!\.){re.escape(missing(problem) or '')}(?!{LETTER})")
    found = name.search(problem.source.code, problem.start, problem.end)
    start, end = found.span() if found else (problem.start, problem.start)
    text = problem.source.text
    span = Range(start=place(text, start, "utf-16"), end=place(text, end, "utf-16"))
    return replace(problem, diagnostic=msgspec.structs.replace(problem.diagnostic, range=span))


def _qualified(problem: Problem) -> Iterator[Fix]:
    for name in _EITHER.findall(problem.flat):
        fix = replacement(problem, _in_scope(problem, name))
        yield Fix(fix.title.replace("Replace with", "Use"), fix.edits)


def _in_scope(problem: Problem, name: str) -> str:
    """GHC names the module; the text may have an alias for it."""
    parts = _ALIAS.fullmatch(name)
    if not parts:
        return name
    prefix = next((each.prefix for each in imports(problem.source) if each.module == parts["alias"]), None)
    return f"{prefix or parts['alias']}.{parts['name']}"


def _listed(problem: Problem) -> Iterator[Fix]:
    """GHC names the imports whose lists lack the name."""
    found = _LISTED.search(problem.flat)
    if not found:
        return
    lines = {int(place["line"]) - 1 for place in _PLACE.finditer(found["where"])}
    for declaration in imports(problem.source):
        if problem.source.text.count("\n", 0, declaration.start) in lines:
            yield from _add_to_list(problem, declaration, found["name"].rpartition(" ")[2])


def _add_to_list(problem: Problem, declaration: Import, name: str) -> Iterator[Fix]:
    sought = Sought(name=name, is_type=_wants_type(problem))
    exports = problem.names.exporting(sought)
    export = next((each for each in exports if each.module == declaration.module), None)
    item = item_of(name, export.kind, export.parent) if export else _item(problem, name)
    if edit := with_item(problem.source, declaration, item):
        yield Fix(f"Add {item} to the import of {declaration.module}", (edit,), preferred=True)


def _item(problem: Problem, name: str) -> str:
    return item_of(name, "constructor" if _wants_constructor(problem) else "", name)


def _wants_constructor(problem: Problem) -> bool:
    return "onstructor not in scope" in problem.flat or "term-level" in problem.flat


def _wants_type(problem: Problem) -> bool:
    return "type constructor or class" in problem.flat and "term-level" not in problem.flat


def sought(problem: Problem) -> Iterator[Sought]:
    """What is to be known for `fixes`."""
    name = missing(problem)
    if name is None:
        return
    qualified = _ALIAS.fullmatch(name)
    if not qualified:
        yield Sought(name=name, is_type=_wants_type(problem))
    elif "no module named" in problem.flat:
        yield Sought(name=qualified["name"], is_type=_wants_type(problem), alias=qualified["alias"])


def _imported(problem: Problem) -> Iterator[Fix]:
    for each in sought(problem):
        exports = problem.names.exporting(each)
        if each.alias:
            for export in exports[:NEW_IMPORTS]:
                yield _new(problem, new_import(problem.source, export.module, alias=each.alias))
            continue
        there = {one.module for one in imports(problem.source) if not one.qualified}
        for export in sorted(exports, key=lambda export: export.module not in there)[:NEW_IMPORTS]:
            yield from _for_export(problem, export)
        for export in exports[:WHOLE_IMPORTS]:
            yield from _whole(problem, export)


def _defined(problem: Problem) -> Iterator[Fix]:
    """A definition of its own, with the type that its place asks for, behind the declaration that uses it.

    What is run while compiling must come from another module.
    """
    match = _UNDEFINED.search(problem.flat)
    if not match or _IN_SPLICE in problem.flat or not _is_writable(problem, match["type"]):
        return
    source = problem.source
    start = source.start_of_line(problem.start)
    while start and source.line(start)[:1] in (" ", "\t", ""):
        start = source.start_of_line(start - 1)
    end = source.end_of_block(start, 0)
    type_ = _generalised(match["type"])
    definition = f"\n\n{match['name']} :: {type_}\n{match['name']} = _"
    yield Fix(f"Define {match['name']} :: {type_}", (Edit(end, end, definition),))


def _is_writable(problem: Problem, type_: str) -> bool:
    """Whether something is known of the type, and the module can name all of it."""
    prefixes = {each.prefix for each in imports(problem.source)}
    return not _UNKNOWN.fullmatch(type_) and prefixes.issuperset(
        qualifier.removesuffix(".") for qualifier in _QUALIFIER.findall(type_)
    )


def _generalised(type_: str) -> str:
    """What GHC has not settled is any type: its variables, without their numbers where they stay apart."""
    taken = set(re.findall(r"\b[a-z]\w*", type_))
    named: dict[str, str] = {}
    for match in _OPEN.finditer(type_):
        if match[0] not in named:
            named[match[0]] = match[0] if match[1] in taken else match[1]
            taken.add(named[match[0]])
    return _OPEN.sub(lambda match: named[match[0]], type_)


def _for_export(problem: Problem, export: Exported) -> Iterator[Fix]:
    for declaration in imports(problem.source):
        if declaration.module == export.module and not declaration.qualified and not declaration.hiding:
            yield from _add_to_list(problem, declaration, export.name)
            return
    item = item_of(export.name, export.kind, export.parent)
    fix = _new(problem, new_import(problem.source, export.module, item))
    if item.startswith("pattern ") and "PatternSynonyms" not in problem.source.text:
        fix = replace(fix, edits=(*fix.edits, with_extension(problem.source, "PatternSynonyms")))
    yield fix


def _whole(problem: Problem, export: Exported) -> Iterator[Fix]:
    """All of a module, unless its names hide the Prelude's, or some of it is imported already."""
    if export.whole and export.module not in {each.module for each in imports(problem.source)}:
        yield _new(problem, new_import(problem.source, export.module))


def _new(problem: Problem, declaration: str) -> Fix:
    return Fix(f"Add {declaration}", (added(problem.source, declaration),))

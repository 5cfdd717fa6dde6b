"""What is defined or imported and never used. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.imports import Import, imports, removed, without_names
from ide.actions.signatures import find
from ide.actions.source import Source
from sandbox.spelling import LETTER, MODULE_NAME, SYMBOL

_WHOLE = re.compile(rf"The (?:qualified )?import of ‘(?P<module>{MODULE_NAME})’ is redundant")
_NAMES = re.compile(
    r"The (?:qualified )?import of ‘(?P<names>[^’]+(?:’[^‘’]+)*)’ from module ‘[^’]+’ is redundant"
)
_BINDING = re.compile(r"Defined but not used: ‘(?P<name>[^’]+)’")
_SIGN = re.compile(rf"(?<!{SYMBOL})(?:=|\||<-|->|::|←|→|∷)(?!{SYMBOL})")


def fixes(problem: Problem) -> Iterator[Fix]:
    if "is redundant" in problem.message and "import of" in problem.message:
        if fix := unused_import(problem):
            yield fix
    elif match := _BINDING.search(problem.flat):
        if edits := _binding(problem, match["name"]):
            yield Fix(f"Remove {match['name']}", edits)
        if _is_variable(problem, match["name"]):
            edit = Edit(problem.start, problem.start, "_")
            yield Fix(f"Rename to _{match['name']}", (edit,))


def all_imports(problems: list[Problem]) -> Iterator[Fix]:
    """All that is imported and not used, at once."""
    found = [(each.diagnostic, fix.edits) for each in problems if (fix := unused_import(each))]
    edits = [edit for _, some in found for edit in some]
    if len(edits) > 1:
        title, about = "Remove all unused imports", tuple(diagnostic for diagnostic, _ in found)
        yield Fix(title, tuple(dict.fromkeys(edits)), kind="source.organizeImports", about=about)


def unused_import(problem: Problem) -> Fix | None:
    declaration = _at(problem)
    if declaration is None:
        return None
    names = _NAMES.search(problem.flat)
    if names is None:
        if not _WHOLE.search(problem.flat):
            return None
        return Fix(
            f"Remove the import of {declaration.module}", (removed(problem.source, declaration),), True
        )
    listed = [name.strip() for name in names["names"].split(",")]
    edit = without_names(problem.source, declaration, listed)
    return Fix(f"Remove {', '.join(listed)} from the import", (edit,), True) if edit else None


def _at(problem: Problem) -> Import | None:
    """The declaration that the diagnostic lies in."""
    return next((each for each in imports(problem.source) if each.start <= problem.start < each.end), None)


def _binding(problem: Problem, name: str) -> tuple[Edit, ...]:
    """A definition with its equations and its signature; nothing for what is no definition of its own."""
    source, start = problem.source, problem.start
    if problem.text != name or _sign(source, problem.end) not in ("=", "|"):
        return ()
    before = source.code[source.start_of_line(start) : start]
    if before.strip() == "let":
        return _let(source, start)
    if before.strip():
        return ()
    column = len(before)
    end = source.end_of_block(start, column)
    while source.code.startswith(name, end + 1 + column) and _defines(source, end + 1, column, name):
        end = source.end_of_block(end + 1, column)
    signature = find(source, name)
    first = source.start_of_line(signature[0] if signature else start)
    gone = Edit(source.start_of_line(start), _gap_after(source, first, source.after_line(end)), "")
    if signature is None:
        return (gone,)
    return Edit(first, source.after_line(signature[1]), ""), gone


def _gap_after(source: Source, start: int, end: int) -> int:
    """With the empty line behind it, where there is one before it too."""
    alone = source.text[:start].endswith("\n\n") and source.text.startswith("\n", end)
    return end + 1 if alone else end


def _defines(source: Source, line: int, column: int, name: str) -> bool:
    """Whether the line goes on with an equation for the name."""
    text = source.code[line : source.end_of_line(line)]
    named = re.match(rf"{re.escape(name)}(?!{LETTER})", text[column:])
    return not text[:column].strip() and named is not None


def _sign(source: Source, place: int) -> str | None:
    """What makes the line a definition, a statement or an alternative: the first sign outside brackets."""
    end = source.end_of_block(place, source.indentation(place))
    depth = 0
    for match in re.finditer(r"[(\[{]|[)\]}]|" + _SIGN.pattern, source.code[place:end]):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth -= 1
        elif depth == 0:
            return match[0]
        if depth < 0:
            return None
    return None


def _let(source: Source, start: int) -> tuple[Edit, ...]:
    """The whole `let` of a `do`, where it holds this one definition."""
    column = source.column(start)
    margin = source.indentation(start)
    end = source.end_of_block(start, column)
    following = source.code[end + 1 :].lstrip("\n")
    if len(following) - len(following.lstrip(" ")) > margin or following.lstrip().startswith("in"):
        return ()
    return (Edit(source.start_of_line(start), source.after_line(end), ""),)


def _is_variable(problem: Problem, name: str) -> bool:
    """A pattern's variable, or a statement's: it can be ignored by its name."""
    if problem.text != name or not (name[0].islower() and name.isidentifier()):
        return False
    source = problem.source
    before = source.code[source.start_of_line(problem.start) : problem.start]
    if not before.strip():
        return _sign(source, problem.end) in ("<-", "->", "←", "→")
    return before.strip() != "let" and _sign(source, problem.end) not in ("::", "∷")

"""hlint's suggestions, taken out of its diagnostics. Pure."""

import re
from collections.abc import Callable, Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.imports import added, imports, item_of, new_import
from sandbox.messages import Sought
from sandbox.spelling import LETTER, MODULE_NAME, SMALL_NAME, SYMBOL

SOURCE = "hlint"
_MESSAGE = re.compile(
    r"(?P<hint>[^\n]*)\nFound:\n(?P<found>(?:  [^\n]*\n?)*)"
    r"(?:Why not:\n(?P<instead>(?:  [^\n]*\n?)*)|(?P<nothing>Why not remove it\.))"
)
_ELSEWHERE = re.compile(
    rf"(?<!{LETTER})(?<!\.)(?P<module>{MODULE_NAME})\.(?P<name>{SMALL_NAME}|(?!\.){SYMBOL}+)"
)
_NAME = re.compile(rf"(?<!{LETTER})(?<!\.){SMALL_NAME}")
_SIGN = re.compile(rf"(?<!\S)(?!@){SYMBOL}+(?!\S)|`")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def fixes(problem: Problem) -> Iterator[Fix]:
    if edits := suggestion(problem):
        title = problem.message.partition("\n")[0]
        yield Fix(f"Apply hint: {title}", edits, preferred=True)


def all_suggestions(problems: list[Problem]) -> Iterator[Fix]:
    """Every suggestion at once; of two that overlap the outer one, which comes first."""
    said = [(problem.diagnostic, edits) for problem in problems if (edits := suggestion(problem))]
    taken: list[Edit] = []
    others: dict[Edit, None] = {}
    outer_first = sorted((edits for _, edits in said), key=lambda edits: (edits[0].start, -edits[0].end))
    for first, *more in outer_first:
        if not taken or first.start >= taken[-1].end:
            taken.append(first)
            others |= dict.fromkeys(more)
    if len(taken) > 1:
        about = tuple(diagnostic for diagnostic, _ in said)
        yield Fix("Apply all hints of hlint", (*taken, *others), kind="source.fixAll", about=about)


def suggestion(problem: Problem) -> tuple[Edit, ...]:
    """What hlint would have there, with the imports that it needs; nothing where it says no code."""
    said = _MESSAGE.match(problem.message) if problem.diagnostic.source == SOURCE else None
    if said is None:
        return ()
    if said["nothing"]:
        return (_removed(problem),)
    if said["hint"] in WHOLE:
        return tuple(WHOLE[said["hint"]](problem))
    if _squeezed(said["found"]) != _squeezed(problem.text):
        return ()  # comments, which would be lost; or a part of what hlint shows
    instead = "\n".join(line[2:] for line in said["instead"].rstrip("\n").split("\n"))
    if "..." in instead or instead.startswith("Combine with") or not instead:
        return ()
    text, needed = _without_modules(instead)
    named = {name for _, name in needed}
    needed += [each for each in _new_names(problem, said["found"], text) if each[1] not in named]
    margin = " " * problem.source.column(problem.start)
    text = _bracketed(problem, text).replace("\n", f"\n{margin}")
    return (Edit(problem.start, problem.end, text), *_imports(problem, needed))


def _newtype(problem: Problem) -> Iterator[Edit]:
    """The rest stays as it is laid out."""
    if problem.text.startswith("data"):
        yield Edit(problem.start, problem.start + 4, "newtype")


def _no_bracket(problem: Problem) -> Iterator[Edit]:
    if problem.text[:1] == "(" and problem.text[-1:] == ")":
        yield Edit(problem.start, problem.end, problem.text[1:-1].strip())


def _no_dollar(problem: Problem) -> Iterator[Edit]:
    if problem.text == "$":
        rest = problem.source.text[problem.end :]
        yield Edit(problem.start, problem.end + len(rest) - len(rest.lstrip(" ")), "")


# What hlint says of these is more than the place that it names.
WHOLE: dict[str, Callable[[Problem], Iterator[Edit]]] = {
    "Use newtype instead of data": _newtype,
    "Redundant bracket": _no_bracket,
    "Redundant $": _no_dollar,
}


def _squeezed(code: str) -> str:
    return "".join(code.split())


def _removed(problem: Problem) -> Edit:
    """Gone, with its line where nothing else stands in it."""
    source = problem.source
    start, end = source.start_of_line(problem.start), source.after_line(problem.end)
    around = source.text[start : problem.start] + source.text[problem.end : end]
    return Edit(problem.start, problem.end, "") if around.strip() else Edit(start, end, "")


def _without_modules(text: str) -> tuple[str, list[tuple[str, str]]]:
    """hlint writes names that may not be imported with their module: such as `Data.Functor.<&>`."""
    found = [(each["module"], each["name"]) for each in _ELSEWHERE.finditer(text) if "." in each["module"]]
    return _ELSEWHERE.sub(lambda each: each["name"] if "." in each["module"] else each[0], text), found


def _new_names(problem: Problem, before: str, after: str) -> list[tuple[str, str]]:
    """Names that the suggestion brings in and the file does not use yet, each with a module that has it."""
    used = set(_NAME.findall(problem.source.code)) | set(_NAME.findall(before))
    names = [Sought(name=name) for name in dict.fromkeys(_NAME.findall(after)) if name not in used]
    found = [
        (each.name, problem.names.exporting(each)) for each in names if not problem.names.in_prelude(each)
    ]
    return [(exports[0].module, name) for name, exports in found if exports]


def sought(problem: Problem) -> Iterator[Sought]:
    """What is to be known for `fixes`: the names in what hlint would have there."""
    said = _MESSAGE.match(problem.message) if problem.diagnostic.source == SOURCE else None
    for name in _NAME.findall(said["instead"] or "") if said else ():
        yield Sought(name=name)


def _imports(problem: Problem, needed: list[tuple[str, str]]) -> Iterator[Edit]:
    """For what no import of the whole module brings already."""
    whole = {
        each.module for each in imports(problem.source) if not (each.qualified or each.list or each.hiding)
    }
    for module, name in needed:
        if module not in whole:
            yield added(problem.source, new_import(problem.source, module, item_of(name, "", "")))


def _bracketed(problem: Problem, text: str) -> str:
    """In brackets where it has an operator, what it replaces has none, and more stands beside it."""
    if "\n" in text or not _has_operator(text) or _has_operator(problem.text):
        return text
    code, line = problem.source.code, problem.source.end_of_line(problem.end)
    before = code[problem.source.start_of_line(problem.start) : problem.start].rstrip()
    after = code[problem.end : line].lstrip()
    if (not before or before[-1] in "=([,$>") and (not after or after[0] in ")],"):
        return text
    return f"({text})"


def _has_operator(text: str) -> bool:
    """Outside of brackets."""
    while (inner := _BRACKETS.sub("x", text)) != text:
        text = inner
    return bool(_SIGN.search(text))

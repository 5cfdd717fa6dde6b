"""An expression of the wrong type, turned into the right one by a function. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.imports import added, imports, new_import
from sandbox.spelling import LETTER, QUALIFIER

_EXPECTED = re.compile(r"Expected: (?P<expected>.+?) Actual: (?P<actual>.+?) •")
_PLAIN = re.compile(
    r"Couldn't match expected type ‘(?P<expected>[^’]+)’ with actual type ‘(?P<actual>[^’]+)’"
)

WHOLE = ("Int", "Integer", "Word", "Natural")
BROKEN = ("Double", "Float")
TEXT = "Data.Text"
# What is expected and what is there → the functions that lead from one to the other.
_FUNCTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    **{(a, b): ("fromIntegral",) for a in (*WHOLE, *BROKEN) for b in WHOLE if a != b},
    **{(a, b): ("round", "floor", "truncate", "ceiling") for a in WHOLE for b in BROKEN},
    **{(a, b): ("realToFrac",) for a in BROKEN for b in BROKEN if a != b},
    **{("String", number): ("show",) for number in (*WHOLE, *BROKEN, "Bool", "Char")},
    **{(number, "String"): ("read",) for number in (*WHOLE, *BROKEN)},
    ("Text", "String"): ("pack",),
    ("String", "Text"): ("unpack",),
}
_KEYWORDS = {"then", "else", "of", "in", "do", "if", "case", "let", "where"}
_QUALIFIED = {"pack": TEXT, "unpack": TEXT}


def fixes(problem: Problem) -> Iterator[Fix]:
    match = _EXPECTED.search(problem.flat) or _PLAIN.search(problem.flat)
    if not match:
        return
    expected, actual = _named(match["expected"]), _named(match["actual"])
    for function in _FUNCTIONS.get((expected, actual), ()):
        yield _applied(problem, function)
    for wrapper in ("Just", "pure"):
        if match["expected"] in _wrapped(wrapper, match["actual"]):
            yield _applied(problem, wrapper)


def _named(type_: str) -> str:
    """The type without the module that it is qualified with."""
    return "String" if type_ == "[Char]" else re.sub(f"^{QUALIFIER}", "", type_)


def _wrapped(wrapper: str, type_: str) -> set[str]:
    """The types that the wrapper makes of this one."""
    inner = f"({type_})" if " " in type_ and type_[0] not in "([" else type_
    return {f"Maybe {inner}"} if wrapper == "Just" else {f"IO {inner}", f"[{type_}]"}


def _applied(problem: Problem, function: str) -> Fix:
    """The function before the expression, both in brackets where more stands beside them."""
    name, edits = _spelled(problem, function)
    text = problem.text
    alone = re.fullmatch(rf"(?:{LETTER}|\.)+|\"[^\"\n]*\"|\([^()]*\)|\[[^\[\]]*\]", text)
    argument = text if alone else f"({text})"
    applied = f"{name} {argument}"
    if _beside(problem):
        applied = f"({applied})"
    return Fix(f"Convert with {name}", (Edit(problem.start, problem.end, applied), *edits))


def _spelled(problem: Problem, function: str) -> tuple[str, list[Edit]]:
    """The function as it is in scope; with an import where it is not."""
    module = _QUALIFIED.get(function)
    if module is None:
        return function, []
    for each in imports(problem.source):
        if each.module == module and (each.qualified or each.alias):
            return f"{each.prefix}.{function}", []
        if each.module == module and not each.list:
            return function, []
    return f"T.{function}", [added(problem.source, new_import(problem.source, module, alias="T"))]


def _beside(problem: Problem) -> bool:
    """Whether it is an argument: a function stands before it, or another argument behind it."""
    source = problem.source
    before = source.code[source.start_of_line(problem.start) : problem.start]
    after = source.code[problem.end : source.end_of_line(problem.end)]
    word = re.search(rf"(?P<word>(?:{LETTER}|\.)*{LETTER})\s*$|[)\]\"]\s*$", before)
    following = re.match(rf"\s*(?:(?P<word>(?:{LETTER}|\.)+)|[(\[\"'])", after)
    return any(match and match["word"] not in _KEYWORDS for match in (word, following))

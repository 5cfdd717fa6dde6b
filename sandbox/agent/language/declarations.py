"""Finds a source's declarations by their layout: it needs no compiler, and does not mind errors. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from sandbox.spelling import LARGE_NAME, LETTER, OF_TYPE, SMALL_NAME, SYMBOL

OPERATOR = rf"{SYMBOL}+"
BINDER = rf"(?:{SMALL_NAME}|\(\s*{OPERATOR}\s*\))"
_TYPE = re.compile(
    r"(data|newtype|type|class)\b(?:\s+(family|instance|role))?\s+(?:(?:\([^=]*?\)|[^=:]*?)\s*=>\s*)?"
    rf"(?:\(\s*({OPERATOR})\s*\)|(?:{SMALL_NAME}\s+(?={OPERATOR}\s))?({LARGE_NAME}|(?!=\s){OPERATOR}))"
)
_INSTANCE = re.compile(r"(?:deriving\b.*?)?\binstance\b\s*(.*?)(?:\bwhere\b|$)", re.DOTALL)
_PATTERN = re.compile(rf"pattern\s+({LARGE_NAME})")
_FOREIGN = re.compile(rf"foreign\s+(?:import|export)\b[^:]*?({SMALL_NAME})\s*{OF_TYPE}")
_SIGNATURE = re.compile(rf"({BINDER}(?:\s*,\s*{BINDER})*)\s*{OF_TYPE}\s*")
_INFIX = re.compile(rf"(?:{SMALL_NAME}|\([^()]*\)|\[[^\[\]]*\])\s*(?:`({SMALL_NAME})`|({OPERATOR}))(?=\s)")
_FUNCTION = re.compile(rf"({BINDER})(?=[\s=|({{\[!~_]|$)")
_BINDS = re.compile(rf"(?<!{SYMBOL})[=|](?!{SYMBOL})")
_CONSTRUCTOR = re.compile(f"({LARGE_NAME})")
_INFIX_CONSTRUCTOR = re.compile(rf"(?!{OF_TYPE})(?<!{SYMBOL})(:{SYMBOL}*)|`({LARGE_NAME})`")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{.*", re.DOTALL)
_FIELDS = re.compile(rf"(?:^|[{{,])\s*({SMALL_NAME}(?:\s*,\s*{SMALL_NAME})*)\s*{OF_TYPE}")
_WORDS = {"import", "module", "infixl", "infixr", "infix", "default", "deriving", "where", "type", "data"}
_GADT = re.compile(rf"^\s*({LARGE_NAME}(?:\s*,\s*{LARGE_NAME})*)\s*{OF_TYPE}", re.MULTILINE)


@dataclass
class Declaration:
    """One name that the source gives a meaning to; `start` … `end` and `place` are offsets."""

    kind: str  # function, data, newtype, type, class, instance, pattern, constructor, field, method
    name: str
    place: int
    start: int
    end: int
    signature: str = ""
    bound: bool = False  # by a clause, not by a signature alone
    parts: "list[Declaration]" = field(default_factory=list)


def declarations(code: str) -> list[Declaration]:
    """The top-level declarations of a source of which only code is left, in order."""
    found: dict[tuple[str, str], Declaration] = {}
    for start, end in _chunks(code):
        for one in _declared(code, start, end):
            key = ("function" if one.kind == "function" else f"{one.kind} {one.start}", one.name)
            earlier = found.setdefault(key, one)
            if earlier is not one:
                _join(earlier, one)
    return list(found.values())


def _join(earlier: Declaration, later: Declaration) -> None:
    """A signature and clauses of one function; its place is that of its first clause."""
    if later.bound and not earlier.bound:
        earlier.place, earlier.bound = later.place, True
    earlier.end = max(earlier.end, later.end)
    earlier.signature = earlier.signature or later.signature


def _chunks(code: str) -> Iterator[tuple[int, int]]:
    """Where each top-level declaration starts and ends."""
    starts = [found.start(1) for found in re.finditer(r"^[ \t]*(\S)", code, re.MULTILINE)]
    columns = [start - (code.rfind("\n", 0, start) + 1) for start in starts]
    top = min(columns, default=0)
    tops = [start for start, column in zip(starts, columns, strict=True) if column == top]
    for start, after in pairwise([*tops, len(code)]):
        yield start, start + len(code[start:after].rstrip())


def _declared(code: str, start: int, end: int) -> Iterator[Declaration]:
    text = code[start:end]
    word = re.match(r"[a-z]+\b", text)
    first = word[0] if word else ""
    if found := _INSTANCE.match(text):
        yield Declaration("instance", " ".join(found[1].split()), start + found.start(1), start, end)
    elif first in ("data", "newtype", "type", "class") and (found := _TYPE.match(text)):
        yield _type(found, start, end, text)
    elif first == "pattern" and (found := _PATTERN.match(text)):
        yield Declaration("pattern", found[1], start + found.start(1), start, end)
    elif first == "foreign" and (found := _FOREIGN.match(text)):
        yield Declaration("function", found[1], start + found.start(1), start, end)
    elif first not in _WORDS:
        yield from _values(text, start, end)


def _values(text: str, start: int, end: int) -> Iterator[Declaration]:
    if found := _SIGNATURE.match(text):
        signature = " ".join(text[found.end() :].split())
        for name in re.finditer(BINDER, found[1]):
            yield Declaration("function", _bare(name[0]), start + name.start(), start, end, signature)
        return
    binds = _BINDS.search(text)
    if binds is None:
        return
    head = text[: binds.start()]
    if found := _INFIX.match(head):
        group = 1 if found[1] else 2
        yield Declaration("function", found[group], start + found.start(group), start, end, bound=True)
    elif found := _FUNCTION.match(head):
        yield Declaration("function", _bare(found[1]), start + found.start(1), start, end, bound=True)
    else:
        for name in re.finditer(rf"(?<!{LETTER})(?<!\.){SMALL_NAME}", head):
            yield Declaration("function", name[0], start + name.start(), start, end, bound=True)


def _type(found: re.Match[str], start: int, end: int, text: str) -> Declaration:
    group = 3 if found[3] else 4
    one = Declaration(found[1], found[group], start + found.start(group), start, end)
    rest = found.end()
    if found[1] == "class":
        one.parts = list(_methods(text, rest, start))
    elif found[1] in ("data", "newtype"):
        one.parts = list(_constructors(text, rest, start))
    return one


def _methods(text: str, place: int, start: int) -> Iterator[Declaration]:
    where = re.search(r"\bwhere\b", text[place:])
    if where is None:
        return
    body = place + where.end()
    for begin, end in _chunks(text[body:]):
        chunk = text[body + begin : body + end]
        if found := _SIGNATURE.match(chunk):
            signature = " ".join(chunk[found.end() :].split())
            base = start + body + begin
            for name in re.finditer(BINDER, found[1]):
                yield Declaration(
                    "method", _bare(name[0]), base + name.start(), base, start + body + end, signature
                )


def _constructors(text: str, place: int, start: int) -> Iterator[Declaration]:
    where = re.search(r"\bwhere\b", text[place:])
    equals = _BINDS.search(text, place)
    if where and not (equals and equals.start() < place + where.start()):
        yield from _gadt(text, place + where.end(), start)
        return
    if equals is None:
        return
    deriving = re.search(r"\bderiving\b", text[equals.end() :])
    stop = equals.end() + deriving.start() if deriving else len(text)
    for begin, end in _alternatives(text, equals.end(), stop):
        if constructor := _constructor(text, begin, end, start):
            yield constructor


def _gadt(text: str, place: int, start: int) -> Iterator[Declaration]:
    for found in _GADT.finditer(text, place):
        for name in _CONSTRUCTOR.finditer(found[1]):
            at = start + found.start(1) + name.start()
            yield Declaration("constructor", name[0], at, at, at + len(name[0]))


def _alternatives(text: str, place: int, stop: int) -> Iterator[tuple[int, int]]:
    """The constructors' texts, between bars outside of brackets."""
    depth, begin = 0, place
    for offset in range(place, stop):
        letter = text[offset]
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "|" and depth == 0:
            yield begin, offset
            begin = offset + 1
    yield begin, stop


def _constructor(text: str, begin: int, end: int, start: int) -> Declaration | None:
    arrow = re.match(r".*(?:forall[^.]*\.|=>)", text[begin:end], re.DOTALL)
    begin += arrow.end() if arrow else 0
    found = _infix(text, begin, end) or _CONSTRUCTOR.search(text, begin, end)
    if found is None:
        return None
    name, place = found[found.lastindex or 1], start + found.start(found.lastindex or 1)
    one = Declaration("constructor", name, place, place, start + begin + len(text[begin:end].rstrip()))
    for fields in _FIELDS.finditer(text, found.end(), end):
        for name in re.finditer(SMALL_NAME, fields[1]):
            at = start + fields.start(1) + name.start()
            one.parts.append(Declaration("field", name[0], at, at, at + len(name[0])))
    return one


def _infix(text: str, begin: int, end: int) -> re.Match[str] | None:
    """The constructor that stands between its arguments, if one does."""
    bare = text[begin:end]
    while (flat := _BRACKETED.sub(lambda part: " " * len(part[0]), bare)) != bare:
        bare = flat
    return _INFIX_CONSTRUCTOR.search(text[:begin] + bare, begin)


def _bare(binder: str) -> str:
    return binder.strip("() \t\n")

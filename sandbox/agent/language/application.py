"""In which applications a place lies, and in which argument of each: by the text, which need not parse. Pure.

foo a (bar b ▮    bar's second argument, and foo's second
foo a $ ▮         foo's second
do foo a
   ▮              none: another statement begins
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from sandbox.agent.language.text import code_of
from sandbox.spelling import LETTER, NAME, QUALIFIER, SYMBOL

REACH = 20_000  # letters before the place that are looked at
_TOKEN = re.compile(
    r"\"(?:[^\"\\]|\\.)*\"?"
    r"|(?<![\w'])'(?:[^'\\\n]|\\[^'\n]+|\\')'"
    rf"|\({QUALIFIER}{SYMBOL}+\)"
    rf"|{QUALIFIER}(?:{NAME}|'{LETTER}*)"
    rf"|\d[\w']*(?:\.\d\w*)?|{QUALIFIER}{SYMBOL}+|`[^`\n]*`?|[()\[\]{{}},;]|\S"
)
_HEAD = re.compile(rf"\(?({QUALIFIER})({NAME}|{SYMBOL}+)")
_BLOCKS = {"do", "mdo", "of", "let", "where"}  # what begins in columns
_DECLARES = {"import", "module", "data", "newtype", "type", "class", "instance", "deriving", "foreign"}
_ENDS = {"=", "|", ",", ";", "in", "then", "else", "of", "where", "infix", "infixl", "infixr", "default"}
_TURNS = {"->", "<-", "\\", "→", "←", "do", "mdo", "let", "if", "case"}


class Application(NamedTuple):
    """`place` is where the function's name begins, in its brackets if it is an operator."""

    place: int
    qualifier: str
    name: str
    argument: int


class _Item(NamedTuple):
    place: int
    is_selected: bool = False  # a field, whose first argument is the record before the dot


@dataclass
class _Level:
    """What is written in brackets, in a block, or behind a `$`; `items`: of one application, so far.

    `base` is where the innermost level that is no `$` lies, and `block` the column of the innermost block.
    """

    kind: str  # a bracket, `$`, or `block`
    base: int = 0
    block: int = 0
    is_type: bool = False
    is_operand: bool = False
    items: list[_Item] = field(default_factory=list)

    def begin(self, *, is_operand: bool = False) -> None:
        self.items, self.is_operand = [], is_operand


def applications(text: str, offset: int, *, selects: bool = False) -> list[Application]:
    """The innermost first. `selects`: a dot behind a record is no operator, but selects a field."""
    code = code_of(text[:offset], literals=True)
    top = max(code.rfind("\n", 0, len(code)), 0)
    while top > max(len(code) - REACH, 0) and code[top + 1 : top + 2].isspace():
        top = max(code.rfind("\n", 0, top), 0)
    top = max(top, len(code) - REACH)  # one line may be as long as the file
    reader = _Reader(code, selects=selects)
    for token in _TOKEN.finditer(code, top):
        reader.read(token[0], token.start())
    return reader.found()


def applied(code: str) -> tuple[str, str, int] | None:
    """Of a whole application: the function's qualifier, its name, and how many arguments it has."""
    reader = _Reader(f"{code} ", selects=False)
    for token in _TOKEN.finditer(code):
        reader.read(token[0], token.start())
    found = reader.found()
    head = found[0] if len(found) == 1 and reader.is_plain() else None
    return head and (head.qualifier, head.name, head.argument)


class _Reader:
    def __init__(self, code: str, *, selects: bool) -> None:
        self._code, self._selects = code, selects
        self._levels = [_Level("block")]
        self._brackets = 0  # among them
        self._last, self._start, self._end = "", 0, 0
        self._line_start = 0
        self._opens = False  # a block, at the next word
        self._joins = False  # to the item before

    @property
    def _top(self) -> _Level:
        return self._levels[-1]

    def read(self, word: str, place: int) -> None:
        self._line_start = max(self._line_start, self._code.rfind("\n", self._start, place) + 1)
        column = place - self._line_start
        if self._opens and word != "{" and column > self._top.block:
            self._push("block", block=column)
        elif self._line_start > self._end:
            self._line(column)
        self._opens = word in _BLOCKS or (word == "case" and self._last == "\\")
        self._take(word, place)
        self._last, self._start, self._end = word, place, place + len(word)

    def found(self) -> list[Application]:
        """Those that the end lies in."""
        rest = self._code[self._end :]
        if "\n" in rest:
            self._line(len(rest) - rest.rfind("\n") - 1)
        argument = -1 if rest else -2
        found = []
        for level in reversed(self._levels):
            if level.is_type:
                break
            if level.items and (one := self._application(level.items, argument)):
                found.append(one)
            if level.kind in ("block", "{"):
                break
            argument = -2
        return found

    def is_plain(self) -> bool:
        """Nothing but one application was read."""
        return len(self._levels) == 1 and self._top.items[0].place == len(self._code) - len(
            self._code.lstrip()
        )

    def _application(self, items: list[_Item], argument: int) -> Application | None:
        head = items[0]
        named = _HEAD.match(self._code, head.place)
        number = len(items) + argument
        if named is None or number < 0:
            return None
        return Application(named.start(1), named[1].rstrip("."), named[2], number + head.is_selected)

    # --- words ----------------------------------------------------------------------------------------------

    def _take(self, word: str, place: int) -> None:
        if word in ("(", "[", "{"):
            if word != "{":
                self._item(place)
            self._push(word)
        elif word in (")", "]", "}"):
            self._close()
        elif word in _ENDS:
            self._end_of(word)
        elif word in _TURNS:
            self._top.begin()
        elif word in ("::", "∷") or (
            word in _DECLARES and self._top.kind == "block" and self._top.block == 0
        ):
            self._top.is_type = True
        elif word[0] == "`" or re.fullmatch(rf"{QUALIFIER}{SYMBOL}+", word):
            self._operator(word, place)
        else:
            self._item(place)

    def _item(self, place: int) -> None:
        if not self._joins:
            self._top.items.append(_Item(place))
        elif self._last == "." and self._top.items:
            self._top.items[-1] = _Item(place, is_selected=True)
        self._joins = False

    def _operator(self, word: str, place: int) -> None:
        before, after = self._code[place - 1 : place], self._code[place + len(word) : place + len(word) + 1]
        is_tight = not before.isspace()
        if word == "@" or (word == "." and self._selects and is_tight and after.islower()):
            self._joins = True
        elif word in ("!", "~") and not is_tight and not after.isspace():
            return  # of a pattern
        elif word in ("$", "$!") and self._top.items and not self._top.is_operand:
            self._top.items.append(_Item(place))
            self._push("$")
        else:
            self._top.begin(is_operand=True)

    # --- levels ---------------------------------------------------------------------------------------------

    def _push(self, kind: str, *, block: int | None = None) -> None:
        top = self._top
        base = top.base if kind == "$" else len(self._levels)
        is_type = top.is_type and block is None
        self._levels.append(_Level(kind, base, top.block if block is None else block, is_type))
        self._brackets += kind in "([{"

    def _pop(self) -> str:
        kind = self._levels.pop().kind
        self._brackets -= kind in "([{"
        return kind

    def _line(self, column: int) -> None:
        """A line begins: blocks end with it, and what was written of a statement."""
        while True:
            around = self._top.base
            level = self._levels[around]
            if level.kind != "block" or column > level.block:
                return
            del self._levels[around + 1 :]
            if column == level.block or around == 0:
                level.begin()
                level.is_type = False
                return
            self._pop()

    def _end_of(self, word: str) -> None:
        del self._levels[self._top.base + 1 :]
        if word == "in" and self._top.kind == "block" and len(self._levels) > 1:
            self._pop()
        self._top.begin()

    def _close(self) -> None:
        if self._brackets:
            while self._pop() not in "([{":
                pass

"""Types as one writes them → trees that can be compared. Pure; shared by the index's making and its search.

    "Ord k => k -> Map k a -> Maybe a"  →  Signature((Variable k, Map k a), Maybe a)

What does not decide whether a function fits is left out: constraints, quantifiers, kinds, strictness.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

ALIASES = {"String": "[] Char", "FilePath": "[] Char", "ShowS": "([] Char -> [] Char)"}
LONGEST = 2000  # characters of a type that is read
DEEPEST = 60

_TOKEN = re.compile(
    r"\s*(?:(?P<name>(?:[A-Z][\w']*\.)*[^\W\d][\w']*\#*)|(?P<literal>\d+|\"[^\"]*\")"
    r"|(?P<bracket>\(\#|\#\)|[()\[\]{},])|(?P<operator>'?[^\w\s()\[\]{},\"']+|'))"
)


class Term(NamedTuple):
    """A constructor or variable (lower case or `_`) applied to terms."""

    head: str
    parts: tuple["Term", ...] = ()

    @property
    def is_variable(self) -> bool:
        return self.head[:1].islower() or self.head[:1] == "_"


class Signature(NamedTuple):
    """What a function takes and gives; of another value there is the result alone."""

    arguments: tuple[Term, ...]
    result: Term

    @property
    def term(self) -> Term:
        return function(self.arguments, self.result)


class Malformed(ValueError):
    """It is no type."""


def function(arguments: tuple[Term, ...], result: Term) -> Term:
    for argument in reversed(arguments):
        result = Term("->", (argument, result))
    return result


def signature(text: str) -> Signature:
    """The type without its constraints. Raises Malformed."""
    if len(text) > LONGEST:
        raise Malformed("The type is too long.")
    parser = _Parser(list(_tokens(text)))
    found = parser.type(0)
    if parser.left:
        raise Malformed(f"{parser.left!r} is not expected there.")
    return split(found)


def split(term: Term) -> Signature:
    arguments = []
    while term.head == "->" and len(term.parts) == 2:
        argument, term = term.parts
        arguments.append(argument)
    return Signature(tuple(arguments), term)


def _tokens(text: str) -> Iterator[str]:
    place, text = 0, text.replace("→", "->").replace("⇒", "=>").replace("∷", "::").rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise Malformed(f"{text[place]!r} does not belong into a type.")
        place = found.end()
        yield found["name"].rpartition(".")[2] if found["name"] else found[0].strip()


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place = [*tokens, ""], 0

    @property
    def left(self) -> str:
        return self._tokens[self._place]

    def type(self, depth: int) -> Term:
        """Up to the end or a closing bracket; constraints and quantifiers are skipped."""
        if depth > DEEPEST:
            raise Malformed("The type is nested too deeply.")
        if self.left in ("forall", "∀"):
            self._skip_binders()
            return self.type(depth + 1)
        left = self._operators(depth)
        if self.left == "=>":
            self._take()
            return self.type(depth + 1)
        if self.left in ("->", "⊸", "%1"):
            while self.left in ("%1", "->", "⊸"):
                self._take()
            return Term("->", (left, self.type(depth + 1)))
        if self.left == "::":  # a kind
            self._take()
            self.type(depth + 1)
        return left

    def _skip_binders(self) -> None:
        open_brackets = 0
        while (token := self._take()) and (open_brackets or token not in (".", "->")):
            open_brackets += _NESTING.get(token, 0)
        if not token:
            raise Malformed("A forall has no end.")

    def _operators(self, depth: int) -> Term:
        left = self._applied(depth)
        while self.left and not self.left[0].isalnum() and self.left not in _ENDS:
            operator = self._take().lstrip("'")
            left = Term(operator, (left, self._applied(depth)))
        return left

    def _applied(self, depth: int) -> Term:
        terms = []
        while self._starts_atom():
            terms.append(self._atom(depth + 1))
        if not terms:
            raise Malformed(f"A type is missing before {self.left!r}." if self.left else "A type is missing.")
        head, *parts = terms
        return Term(head.head, (*head.parts, *parts))

    def _starts_atom(self) -> bool:
        while self.left in ("!", "~", "'", "@") and self._place + 1 < len(self._tokens) - 1:
            if self.left == "~" and self._place and self._tokens[self._place - 1] not in ("(", "->", ","):
                return False
            self._take()
        return bool(self.left) and (self.left[0].isalnum() or self.left[0] in '_"*([' or self.left == "(#")

    def _atom(self, depth: int) -> Term:
        word = self._take()
        if word in ("(", "(#"):
            return self._tuple({"(": ")", "(#": "#)"}[word], depth)
        if word == "[":
            return self._list(depth)
        if meant := ALIASES.get(word):
            return _Parser(list(_tokens(meant))).type(depth)
        return Term(word)

    def _tuple(self, end: str, depth: int) -> Term:
        """A tuple, a type in brackets, or an operator's or tuple's bare name."""
        if self.left == end:
            self._take()
            return Term("()")
        if self.left == "," or (self._next() == end and self._is_operator()):
            name = ""
            while self.left and self.left != end:
                name += self._take()
            self._take()
            return Term(f"({name})" if name.startswith(",") else name)
        parts = [self.type(depth)]
        while self.left == ",":
            self._take()
            parts.append(self.type(depth))
        self._close(end)
        return parts[0] if len(parts) == 1 else Term(f"({',' * (len(parts) - 1)})", tuple(parts))

    def _next(self) -> str:
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def _is_operator(self) -> bool:
        return bool(self.left) and not self.left[0].isalnum() and self.left not in "()[],_"

    def _list(self, depth: int) -> Term:
        if self.left == "]":
            self._take()
            return Term("[]")
        parts = [self.type(depth)]
        while self.left == ",":
            self._take()
            parts.append(self.type(depth))
        self._close("]")
        return Term("[]", (parts[0],)) if len(parts) == 1 else Term("list", tuple(parts))

    def _close(self, end: str) -> None:
        if self.left != end:
            raise Malformed(f"{end!r} is missing.")
        self._take()

    def _take(self) -> str:
        token = self.left
        self._place += bool(token)
        return token


_NESTING = {"(": 1, ")": -1, "{": 1, "}": -1}
_ENDS = ("->", "=>", "::", ")", "]", ",", "#)", "⊸", "%1", ".", "=", "|", "}", "")

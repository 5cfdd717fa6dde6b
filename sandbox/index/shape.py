"""What types look like from afar: how those that may fit a query are found among all. Pure.

(a -> b) -> [a] -> [b]   has the shape   (_ -> _) | [] _ => [] _   and names the constructor []
"""

import zlib
from collections.abc import Iterator

from sandbox.index.signature import Signature, Term

VARIANTS = 150
FUNCTION = "->"


def shape(one: Signature) -> int:
    """The same number for signatures that differ in variables and in the order of arguments alone."""
    arguments = sorted(map(_shown, one.arguments))
    return zlib.crc32(f"{'|'.join(arguments)}=>{_shown(one.result)}".encode())


def _shown(term: Term) -> str:
    head = "_" if term.is_variable else term.head
    return f"({' '.join([head, *map(_shown, term.parts)])})" if term.parts else head


def constructors(one: Signature) -> set[str]:
    """The names of types in it."""
    return set(_constructors(one.term)) - {FUNCTION}


def _constructors(term: Term) -> Iterator[str]:
    if not term.is_variable:
        yield term.head
    for part in term.parts:
        yield from _constructors(part)


def general(one: Signature) -> Iterator[Signature]:
    """The signature, and more general ones whose instances it may be: `[a]` for `m a`, `Int` for `a`."""
    known, waiting = {one}, [one]
    while waiting and len(known) <= VARIANTS:
        first = waiting.pop(0)
        yield first
        for other in _wider(first):
            if other not in known:
                known.add(other)
                waiting.append(other)


def _wider(one: Signature) -> Iterator[Signature]:
    for place, argument in enumerate(one.arguments):
        for wide in _terms(argument):
            yield one._replace(arguments=(*one.arguments[:place], wide, *one.arguments[place + 1 :]))
    for wide in _terms(one.result):
        yield one._replace(result=wide)


def _terms(term: Term) -> Iterator[Term]:
    """The term with one of its constructors made a variable."""
    if not term.is_variable and term.head != FUNCTION:
        yield Term("_")
        if term.parts:
            yield Term("_", term.parts)
    for place, part in enumerate(term.parts):
        for wide in _terms(part):
            yield Term(term.head, (*term.parts[:place], wide, *term.parts[place + 1 :]))

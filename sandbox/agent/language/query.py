"""What one types into a search: names, a type, or both; and filters as Hoogle has them. Pure.

map            names          +containers insert   of one package
a -> Maybe a   a type         -base  Data.Map.     not of a package; of a module and those below it
insert :: Ord k => k -> a     both
"""

import re
from typing import NamedTuple

from sandbox.index.signature import Malformed, Signature, signature
from sandbox.spelling import LARGE, MODULE_NAME

WORDS = 6
_TYPE = re.compile(
    r"->|=>|→|⇒|∀|\bforall\b|[\[\]]|\([^()]*[\w ,][^()]*\)"
    rf"|^{LARGE}\S* +[\w(\[]"
)
_FILTER = re.compile(r"(?:^|\s)(?P<sign>[+-])(?P<name>[^\W\d_][\w.-]*)(?=\s|$)")
_MODULE = re.compile(rf"{MODULE_NAME}\.?")


class Query(NamedTuple):
    """`why` says what cannot be read of it."""

    names: tuple[str, ...] = ()
    type: Signature | None = None
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    why: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.names and self.type is None

    def allows(self, package: str, module: str) -> bool:
        """Does the filter let it through?"""
        places = (package, module)
        return all(_within(each, places) for each in self.inside) and not any(
            _within(each, places) for each in self.outside
        )


def _within(wanted: str, places: tuple[str, str]) -> bool:
    package, module = places
    return wanted == package or module == wanted or module.startswith(f"{wanted.rstrip('.')}.")


def query(text: str) -> Query:
    """Anything at all is a query; of some nothing is found."""
    text = " ".join(text.split())
    filters = [(found["sign"], found["name"]) for found in _FILTER.finditer(text)]
    text = _FILTER.sub(" ", text).strip()
    asked = Query(
        inside=tuple(name for sign, name in filters if sign == "+"),
        outside=tuple(name for sign, name in filters if sign == "-"),
    )
    before, apart, after = text.partition("::")
    if apart or _TYPE.search(text):
        return _typed(asked, before if apart else "", after if apart else text)
    return _named(asked, text)


def _typed(asked: Query, names: str, type_: str) -> Query:
    asked = _named(asked, names)
    if not type_.strip():
        return asked
    try:
        return asked._replace(type=signature(type_))
    except Malformed as problem:
        return asked._replace(why=str(problem))


def _named(asked: Query, text: str) -> Query:
    """`Data.Map.insert`, `Data.Map insert` and `(<>)` are names, too."""
    names, inside = list[str](), list(asked.inside)
    for word in text.split()[:WORDS]:
        if word.startswith("(") and word.endswith(")") and len(word) > 2:
            word = word[1:-1]
        qualified = re.fullmatch(rf"({MODULE_NAME})\.([^.].*|\.+.*)", word)
        if qualified and not qualified[2][:1].isupper():
            inside.append(qualified[1])
            names.append(qualified[2])
        elif "." in word and _MODULE.fullmatch(word):
            inside.append(word)
        else:
            names.append(word)
    return asked._replace(names=tuple(names), inside=tuple(inside))

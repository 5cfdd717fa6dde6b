"""What may be the name of what, how a name stands in a text, and the text with another one there. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category

from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.spelling import NAME, QUALIFIER

_WORD = re.compile(rf"{NAME}#*")
_RESERVED = {
    *("case", "class", "data", "default", "deriving", "do", "else", "foreign", "if", "import", "in", "infix"),
    *("infixl", "infixr", "instance", "let", "module", "newtype", "of", "then", "type", "where", "_"),
    *("..", ":", "::", "=", "\\", "|", "<-", "->", "@", "~", "=>"),
}  # whatever the extensions are; other words may be names, which compiling tells
_COMMENT = re.compile(r"--+")
_SYMBOLS = {"Pc", "Pd", "Po", "Sm", "Sc", "Sk", "So"}  # Unicode's categories of what is in operators
_SPECIAL = set("\"'(),;[]_`{}")


@dataclass(frozen=True)
class Written:
    """Where a name is written, as offsets; `pun`: where the word is a field, a value, or several."""

    path: str
    start: int
    end: int
    pun: str = ""


@dataclass(frozen=True)
class Change:
    """Other text for a stretch; `shift` is where the new name begins in it."""

    path: str
    start: int
    end: int
    text: str
    shift: int = 0


def kind_of(name: str) -> str | None:
    """What a name is by its letters; None for what is none."""
    if name in _RESERVED or _COMMENT.fullmatch(name):
        return None
    if _WORD.fullmatch(name):
        return "a name that begins with a " + ("large letter" if name[0].isupper() else "small letter")
    if name and all(category(letter) in _SYMBOLS and letter not in _SPECIAL for letter in name):
        return "an operator that begins with a colon" if name[0] == ":" else "an operator"
    return None


def check(old: str, new: str) -> None:
    """Raises Unanswerable where the new name cannot stand for the old one."""
    if kind_of(new) is None:
        raise Unanswerable(f"{new[:100]!r} cannot be a name in Haskell. Choose another one.")
    if old == new:
        raise Unanswerable(f"It is called {old} already. Choose another name.")
    if kind_of(old) not in (None, kind_of(new)):
        raise Unanswerable(f"{old} is {kind_of(old)}, and so must its new name be: not {new[:100]}.")


def written(text: str, start: int, end: int, name: str) -> tuple[int, int] | None:
    """The name itself in a stretch of the text where it may be qualified, in brackets or in backquotes."""
    found = re.fullmatch(rf"[(`]?\s*{QUALIFIER}({re.escape(name)})\s*[)`]?", text[start:end])
    return (start + found.start(1), start + found.end(1)) if found else None


def changes(places: Iterable[Written], old: str, new: str) -> list[Change]:
    """In the order of their places. Raises Unanswerable."""
    return [_change(place, old, new) for place in sorted(places, key=lambda each: (each.path, each.start))]


def _change(place: Written, old: str, new: str) -> Change:
    match place.pun:
        case "":
            return Change(place.path, place.start, place.end, new)
        case "field":
            return Change(place.path, place.start, place.end, f"{new} = {old}")
        case "value":
            return Change(place.path, place.start, place.end, f"{old} = {new}", len(f"{old} = "))
        case _:
            raise Unanswerable(
                f"In {place.path}, {old} stands for several things at once. Write them out, then rename."
            )


def changed(text: str, of_file: Iterable[Change]) -> str:
    """The text with all changes of its file, which are in order."""
    parts, place = [], 0
    for each in of_file:
        parts += [text[place : each.start], each.text]
        place = each.end
    return "".join([*parts, text[place:]])


def expected(of_file: Iterable[Change]) -> set[int]:
    """Where the new name begins in the changed text."""
    found, moved = set(), 0
    for each in of_file:
        found.add(each.start + moved + each.shift)
        moved += len(each.text) - (each.end - each.start)
    return found

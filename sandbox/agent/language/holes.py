"""What GHC says of a hole, in parts: its type, what is bound around it, what would fit. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TYPE = re.compile(r"Found hole: (?P<hole>\S+ ::.*?)(?=\n\s*(?:Or perhaps|Where:|•)|\Z)", re.DOTALL)
_BOUND = "Relevant bindings include"
_FITS = "Valid hole fits include"
_ORIGIN = re.compile(r"\s*\((?:bound|imported|and originally|defined)\b.*", re.DOTALL)
_INSTANCE = re.compile(r"\n\s*with\s.*", re.DOTALL)


class Hole(NamedTuple):
    """Each with its type, as one would write it."""

    itself: str
    bound: tuple[str, ...]
    fits: tuple[str, ...]


def hole(message: str) -> Hole | None:
    """None where the message is about something else."""
    found = _TYPE.search(message)
    if found is None:
        return None
    return Hole(_line(found["hole"]), tuple(_entries(message, _BOUND)), tuple(_entries(message, _FITS)))


def shown(one: Hole) -> str:
    """What is bound and what fits, as Markdown."""
    parts = (("In scope", one.bound), ("Would fit", one.fits))
    return "\n\n".join(
        f"**{title}**\n\n```haskell\n{chr(10).join(entries)}\n```" for title, entries in parts if entries
    )


def _entries(message: str, title: str) -> Iterator[str]:
    """The entries below the title, each with the lines that stand deeper than it."""
    lines = message.partition(title)[2].split("\n")[1:]
    margin = _indentation(lines[0]) if lines else 0
    entry = list[str]()
    for line in [*lines, ""]:
        if _indentation(line) > margin:
            entry.append(line)
            continue
        if entry:
            yield _line(_ORIGIN.sub("", _INSTANCE.sub("", "\n".join(entry))))
        if _indentation(line) < margin or "::" not in line:
            return
        entry = [line]


def _line(text: str) -> str:
    return " ".join(text.split())


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())

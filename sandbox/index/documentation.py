"""What Haddock's text files for Hoogle say of a package's names, in Haddock's own markup. Pure.

Debian's interface files have documentation for GHC's own packages only; the others have it in these files.
"""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_KEYWORD = re.compile(r"(?:type family|data family|type data|type|data|newtype|class) +(?P<head>.*)")
_VALUE = re.compile(r"(?:pattern +)?[\[(]?(?P<name>[^\s\])]+)[\])]?(?:, \S+)* +::(?: |$)")
_TYPE_NAME = re.compile(
    r"\((?P<operator>[^\w\s()\[\],;\"']+)\)|(?P<name>[A-Z][\w']*#*)|(?<=\s)(?P<infix>:\S+|~\S*)(?=\s)"
)


class Documented(NamedTuple):
    """A name as its module exports it; `is_type` tells a type or class from a value of the same name."""

    module: str
    name: str
    is_type: bool
    text: str


def documented(lines: Iterable[str]) -> Iterator[Documented]:
    """Every name of the file that has words of its own."""
    module, words = "", list[str]()
    for line in lines:
        if line.startswith("-- | "):
            words = [line[5:]]
        elif line.startswith("--"):
            words.append(line[2:].removeprefix("   "))
        elif line.startswith("module "):
            module, words = line.split()[1], []
        elif line.strip():
            found = name_of(line)
            if found and words:
                yield Documented(module, *found, markup("\n".join(words)))
            words = []


def name_of(line: str) -> tuple[str, bool] | None:
    """What a line declares, and whether it is a type; None where it is an instance or a fixity."""
    if keyword := _KEYWORD.match(line):
        found = _TYPE_NAME.search(" " + keyword["head"].rpartition("=> ")[2])
        return (found["name"] or found["operator"] or found["infix"], True) if found else None
    value = _VALUE.match(line)
    return (value["name"], False) if value else None


_CODE = re.compile(r"<pre>\n?(.*?)\n?</pre>", re.DOTALL)
_INLINE = (
    (re.compile(r"<(?:tt|a)>(\S+?)</(?:tt|a)>"), r"@\1@"),
    (re.compile(r"<tt>(.+?)</tt>", re.DOTALL), lambda found: f"@{' '.join(found[1].split())}@"),
    (re.compile(r"<i>(.+?)</i>", re.DOTALL), lambda found: f"/{' '.join(found[1].split())}/"),
    (re.compile(r"<b>(.+?)</b>", re.DOTALL), lambda found: f"__{' '.join(found[1].split())}__"),
    (re.compile(r"<h(\d)>"), lambda found: "=" * int(found[1]) + " "),
    (re.compile(r"<ol>.*?</ol>", re.DOTALL), lambda found: found[0].replace("<li>", "1. ")),
    (re.compile(r"<li>\s*"), "* "),
)
_TAG = re.compile(r"</?[a-z]+\d?>")


def markup(text: str) -> str:
    """The file's HTML as what the author wrote, or much like it."""
    parts = _CODE.split(text)
    text = "".join(_block(part) if place % 2 else _prose(part) for place, part in enumerate(parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _block(code: str) -> str:
    return f"\n@\n{html.unescape(_TAG.sub('', code))}\n@\n"


def _prose(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return html.unescape(_TAG.sub("", text))

"""What a package description says that is not used here, told at its place. Pure."""

import re
from collections.abc import Iterator, Mapping

from sandbox.agent.diagnostics import INFORMATION, uri
from sandbox.agent.layout import is_used
from sandbox.agent.package import LEVEL, options_of
from sandbox.agent.positions import utf16_units
from sandbox.description import name_of
from sandbox.messages import Diagnostic, Position, Range

_KEY = re.compile(r"\s*(?:-\s+)?([A-Za-z][\w-]*)\s*:")
_WORD = re.compile(r"[^\s,\"'\[\]]{2,}")  # not the dash of a list in YAML
_COMMENT = re.compile(r"\s*(--|#)")
_DESCRIPTIONS = (".cabal", "package.yaml")


def remarks(contents: Mapping[str, bytes]) -> dict[str, list[Diagnostic]]:
    """Of each package description at the workspace's root; of those that are not read there are none."""
    found: dict[str, list[Diagnostic]] = {
        path: [] for path in contents if path.endswith(_DESCRIPTIONS) and "/" not in path
    }
    options, complaints = options_of(contents)
    path = name_of(contents)
    if path is None or path in complaints:
        return found
    for name, place, word in _values(contents[path].decode()):
        if name == "ghc-options" and word.startswith("-") and not (is_used(word) or LEVEL.fullmatch(word)):
            found[path].append(_remark(path, place, f"{word} is not used here. {_why(word)}"))
        elif name in ("default-language", "language") and word != options.language:
            sentence = f"{word} is not used here: all modules are compiled as {options.language}."
            found[path].append(_remark(path, place, sentence))
    return found


def _values(text: str) -> Iterator[tuple[str, Range, str]]:
    """Each word of each field's value: the field's name in small letters, the word's place, the word."""
    name = ""
    for number, line in enumerate(text.splitlines()):
        if _COMMENT.match(line):
            continue
        key = _KEY.match(line)
        if key:
            name = key[1].lower()
        elif line[:1].strip() and not line.startswith("-"):
            name = ""  # a section begins
        read = end = 0  # letters, and what they make in UTF-16: each is looked at once, however long the line
        for word in _WORD.finditer(line, key.end() if key else 0):
            start = end + utf16_units(line[read : word.start()])
            read, end = word.end(), start + utf16_units(word[0])
            yield name, Range(Position(number, start), Position(number, end)), word[0]


def _why(flag: str) -> str:
    if flag.startswith(("-rtsopts", "-with-rtsopts")):
        return "Programs take no options of GHC's runtime."
    if flag.startswith(("-Werror", "-Wwarn")):
        return "A warning never keeps a program from running."
    return "Warnings, extensions and some of GHC's optimisations are."


def _remark(path: str, place: Range, sentence: str) -> Diagnostic:
    return Diagnostic(uri(path), place, INFORMATION, None, "ghc", sentence[:2000])

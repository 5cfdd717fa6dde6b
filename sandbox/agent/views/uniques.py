"""What GHC tells apart by unique names is told apart by numbers, from 1, that are the same each time. Pure.

GHC's own way to leave them out takes labels and variables of Cmm with them: no jump could be followed.
"""

import re
from collections.abc import Iterable

_UNIQUE = r"[a-z][0-9A-Za-z]+"
_DEFINED = re.compile(rf"^\s+({_UNIQUE}): //")
_BLOCK = re.compile(rf"(?<![a-z])block_({_UNIQUE})(?=_info)")
_VARIABLE = re.compile(rf"\b_({_UNIQUE})(?=::)")
_LOCAL = re.compile(rf"(?<=\.L)({_UNIQUE})\b")
_LABELS = re.compile(f"{_LOCAL.pattern}|{_BLOCK.pattern}")
_ENDS = r"(?=_(?:info|closure|entry|slow|bytes|con_info)\b)"
# A unique of small letters alone could be a word of the user's: it stays.
_MIXED = r"[a-z](?=[0-9A-Za-z]*[0-9A-Z])[0-9A-Za-z]+"
_INNER = re.compile(
    rf"\b(?P<sat>sat)_({_UNIQUE}){_ENDS}|\b(?P<table>)_({_UNIQUE})(?=_srt\b)|(?P<name>[\w'$]+?)_({_MIXED}){_ENDS}"
)

Block = list[str]
Line = tuple[str, int | None]


def of_cmm(blocks: list[Block]) -> list[Block]:
    """Labels are L1, L2 … and variables v1, v2 … within each block."""
    return [_labels_of_cmm(block) for block in _without(blocks)]


def of_assembly(blocks: list[list[Line]]) -> list[list[Line]]:
    """Labels are .L1, .L2 … within each block."""
    texts = _without([[text for text, _ in block] for block in blocks])
    return [
        [(text, place) for text, (_, place) in zip(_labels_of_assembly(told), block, strict=True)]
        for told, block in zip(texts, blocks, strict=True)
    ]


def _labels_of_cmm(block: Block) -> Block:
    labels = _numbered(found[1] for line in block if (found := _DEFINED.match(line)))
    variables = _numbered(found for line in block for found in _VARIABLE.findall(line))
    any_label = re.compile(rf"\b(?:{'|'.join(labels)})\b" if labels else r"(?!)")

    def told(line: str) -> str:
        line = _BLOCK.sub(lambda found: f"block_{_label(labels, found)}", line)
        line = any_label.sub(lambda found: f"L{labels[found[0]]}", line)
        return _VARIABLE.sub(lambda found: f"v{variables[found[1]]}", line)

    return [told(line) for line in block]


def _labels_of_assembly(block: Block) -> Block:
    labels = _numbered(name for line in block for names in _LABELS.findall(line) for name in names if name)

    def told(line: str) -> str:
        line = _LOCAL.sub(lambda found: str(labels[found[1]]), line)
        return _BLOCK.sub(lambda found: f"block_{_label(labels, found)}", line)

    return [told(line) for line in block]


def _label(labels: dict[str, int], found: re.Match[str]) -> str:
    return f"L{labels[found[1]]}" if found[1] in labels else found[1]


def _without(blocks: list[Block]) -> list[Block]:
    """Names of what is not exported: alone without a unique, of several with the same name numbered."""
    known: dict[str, list[str]] = {}
    for block in blocks:
        for line in block:
            for found in _INNER.finditer(line):
                name, unique = _parts(found)
                if unique not in known.setdefault(name, []):
                    known[name].append(unique)

    def named(found: re.Match[str]) -> str:
        name, unique = _parts(found)
        if name.endswith("block"):  # a label's
            return found[0]
        return name if name and len(known[name]) == 1 else f"{name}_{known[name].index(unique) + 1}"

    return [[_INNER.sub(named, line) for line in block] for block in blocks]


def _parts(found: re.Match[str]) -> tuple[str, str]:
    name, unique = (each for each in found.groups() if each is not None)
    return name, unique


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names), 1)}

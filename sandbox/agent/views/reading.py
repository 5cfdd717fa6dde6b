"""What GHC wrote of a module, made readable: noise left out, each line with the line it came from. Pure."""

import re
from collections.abc import Iterable, Iterator

from sandbox.agent.views import assembly, uniques
from sandbox.messages import Dumped, Stage

BYTES = 300 << 10  # of the text that is shown
_TICK = re.compile(r"src<([^<>:]*):\(?(\d+)[,:][^<>]*> ?")
_NAME = re.compile(r"^(\S+) ::(?:\s|$)")
_NOISE = re.compile(r"""^(?:\[section [^.]*\. |\s+)?\$(?:tr|tc|krep)[\w'$]*""")
_TITLE = re.compile(r"^=+ .* =+$")
_UNWIND = re.compile(r"^\s+unwind \w+ = ")
_SCOPES = re.compile(r"(?<=:) // [\w/()+]+$")
_SIZE = re.compile(r"^(?:Result size of|  = \{terms:)")

Line = tuple[str, int | None]
Names = dict[str, int]


def read(stage: Stage, raw: str, core: str, source: str, *, details: bool) -> Dumped:
    """The view of a stage; `core` is the module's Core, whose names tell what STG leaves out."""
    blocks = [block for block in _blocks(raw) if details or not _is_noise(block)]
    match stage:
        case "core":
            told = [_ticked(block, source) for block in blocks]
        case "stg":
            names = names_of(core, source)
            told = [_named(block, names, source) for block in blocks]
        case "cmm":
            made = blocks if details else [_for_readers(block) for block in uniques.of_cmm(blocks)]
            told = [_ticked(block, source) for block in made]
        case "asm":
            told = assembly.blocks(blocks, source, details=details)
            told = told if details else uniques.of_assembly(told)
    return _bounded(_joined(told))


def names_of(core: str, source: str) -> Names:
    """Where each binding of a module's Core comes from."""
    names: Names = {}
    for block in _blocks(core):
        name: str | None = None
        for line, place in _ticked(block, source):
            if found := _NAME.match(line):
                name = found[1]
            elif name and place is not None:
                names.setdefault(name, place)
    return names


def _blocks(raw: str) -> Iterator[list[str]]:
    """What stands between empty lines and GHC's titles."""
    block: list[str] = []
    for line in [*raw.splitlines(), ""]:
        if line.strip() and not _TITLE.match(line) and not _SIZE.match(line):
            block.append(line.rstrip())
        elif block:
            yield block
            block = []


def _is_noise(block: list[str]) -> bool:
    """What GHC makes for `Typeable` and for the module itself, of every module alike."""
    named = [line for line in block if _NAME.match(line)] or block[:2]
    return all(_NOISE.match(line) for line in named if not line.startswith(("[section", ".section"))) and any(
        _NOISE.match(line) for line in named
    )


def _for_readers(block: list[str]) -> list[str]:
    """Cmm without what is for debuggers alone: how to unwind the stack, and the scopes of source notes."""
    return [_SCOPES.sub("", line) for line in block if not _UNWIND.match(line)]


def _ticked(block: list[str], source: str) -> list[Line]:
    """A source note holds until the next; before the first of a block, the first does."""
    lines: list[Line] = []
    place: int | None = None
    for line in block:
        if _NAME.match(line):
            place = None
        for file, number in _TICK.findall(line):
            place = int(number) - 1 if file == source else None
        text = _TICK.sub("", line).rstrip()
        if text.strip() not in ("", "//tick"):
            lines.append((text, place))
    return _led(lines)


def _led(lines: list[Line]) -> list[Line]:
    """Lines before a note belong to it: a binding's type and its first line."""
    told: list[Line] = []
    following: int | None = None
    for text, place in reversed(lines):
        following = place if place is not None else following
        told.append((text, following))
        if _NAME.match(text):
            following = None
    return told[::-1]


def _named(block: list[str], names: Names, source: str) -> list[Line]:
    """STG has source notes since GHC 9.10; without one a line is of its binding."""
    place: int | None = None
    lines: list[Line] = []
    for line, noted in _ticked(block, source):
        if found := _NAME.match(line):
            place = names.get(found[1])
        lines.append((line, place if noted is None else noted))
    return lines


def _joined(blocks: Iterable[list[Line]]) -> Iterator[Line]:
    first = True
    for block in blocks:
        if block and not first:
            yield "", None
        first = first and not block
        yield from block


def _bounded(lines: Iterable[Line]) -> Dumped:
    texts: list[str] = []
    sources: list[int | None] = []
    room = BYTES
    for text, place in lines:
        text = text.expandtabs(8)
        room -= len(text.encode(errors="replace")) + text.count('"') + text.count("\\") + 8
        if room < 0:
            return Dumped(text="\n".join(texts), sources=sources, truncated=True)
        texts.append(text)
        sources.append(place)
    return Dumped(text="\n".join(texts), sources=sources, truncated=False)

"""Assembly as a reader wants it: instructions and the labels that are jumped to. Pure."""

import re

Line = tuple[str, int | None]

_FILE = re.compile(r'^\s*\.file (\d+) "(.*)"')
_LOC = re.compile(r"^\s*\.loc (\d+) (\d+)")
_DIRECTIVE = re.compile(r"^\s*\.(?!L|string|asciz|ascii|quad|long|byte|double|float|zero|space)\w")
_LABEL = re.compile(r"^(\.?[^\s:]+):")
_LOCAL = re.compile(r"\.L[\w$'.]+")
_TABLE = re.compile(r"^\s*\.(?:quad|long)\b")
_SECTION = re.compile(r"^\s*\.section (\S+)")
_FOR_TYPEABLE = re.compile(r"(?:\.L)?\$(?:tr|tc|krep)")


def blocks(raw: list[list[str]], source: str, *, details: bool) -> list[list[Line]]:
    """Each block with the line of `source` that its instructions were made from."""
    files: dict[str, str] = {}
    used = _jumped_to(raw)
    told = []
    section = ""
    for block in raw if details else [each for each in raw if not _is_of_every_module(each)]:
        lines: list[Line] = []
        place: int | None = None
        for line in block:
            if found := _FILE.match(line):
                files[found[1]] = found[2].removeprefix("./")
            if found := _LOC.match(line):
                place = int(found[2]) - 1 if files.get(found[1], source) == source else None
            if found := _SECTION.match(line):
                section = found[1]
            if details or not _is_noise(line, used, section):
                lines.append((line, place))
        told.append(lines if details or not _is_unnamed(lines) else [])
    return told


def _jumped_to(raw: list[list[str]]) -> set[str]:
    """Local labels that an instruction names."""
    return {
        label
        for block in raw
        for line in block
        if not _LABEL.match(line) and not _DIRECTIVE.match(line) and not _TABLE.match(line)
        for label in _LOCAL.findall(line)
    }


def _is_of_every_module(block: list[str]) -> bool:
    """What GHC makes for `Typeable` and for the module itself."""
    labels = [found[1] for line in block if (found := _LABEL.match(line))]
    return bool(labels) and all(_FOR_TYPEABLE.match(label) for label in labels)


def _is_unnamed(lines: list[Line]) -> bool:
    """Tables for the garbage collector, whose labels no instruction names."""
    return all(_TABLE.match(text) for text, _ in lines)


def _is_noise(line: str, used: set[str], section: str) -> bool:
    if section.startswith(".debug"):  # the source notes, once more
        return True
    if label := _LABEL.match(line):
        return label[1].startswith(".L") and label[1] not in used
    return bool(_DIRECTIVE.match(line)) or (".text" in section and bool(_TABLE.match(line)))

"""Assembly as a reader wants it: instructions and the labels that are jumped to. Pure."""

import re

Line = tuple[str, int | None]

_FILE = re.compile(r'^\s*\.file (\d+) "(.*)"')
_LOC = re.compile(r"^\s*\.loc (\d+) (\d+)")
_DIRECTIVE = re.compile(r"^\s*\.(?!L|string|asciz|ascii|quad|long|byte|double|float|zero|space)\w")
_LABEL = re.compile(r"^(\.?[^\s:]+):")
_LOCAL = re.compile(r"\.L[\w$'.]+")
_TABLE = re.compile(r"^\s*\.(?:quad|long)\b")


def blocks(raw: list[list[str]], source: str, *, details: bool) -> list[list[Line]]:
    """Each block with the line of `source` that its instructions were made from."""
    files: dict[str, str] = {}
    used = _jumped_to(raw)
    told = []
    for block in raw:
        lines: list[Line] = []
        place: int | None = None
        in_code = False
        for line in block:
            if found := _FILE.match(line):
                files[found[1]] = found[2].removeprefix("./")
            if found := _LOC.match(line):
                place = int(found[2]) - 1 if files.get(found[1], source) == source else None
            if line.startswith(".section"):
                in_code = ".text" in line
            if details or not _is_noise(line, used, in_code=in_code):
                lines.append((line, place))
        told.append(lines)
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


def _is_noise(line: str, used: set[str], *, in_code: bool) -> bool:
    if label := _LABEL.match(line):
        return label[1].startswith(".L") and label[1] not in used
    return bool(_DIRECTIVE.match(line)) or (in_code and bool(_TABLE.match(line)))

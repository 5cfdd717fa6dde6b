"""The comment that belongs to a declaration of the workspace's own. Pure."""

import re

_SIGNATURE = re.compile(r"^[\w('][^=]*(?:::|∷)")


def comment_above(text: str, line: int) -> str:
    """What the comment above a line (one-based) says, signature and pragmas between them passed over."""
    lines = text.split("\n")
    place = min(line, len(lines)) - 2
    while place >= 0 and lines[place].strip() and not _is_comment(lines[place]):
        if not (_SIGNATURE.match(lines[place]) or lines[place][0] in " {"):
            return ""
        place -= 1
    if place >= 0 and lines[place].rstrip().endswith("-}"):
        return _block(lines, place)
    found: list[str] = []
    while place >= 0 and lines[place].lstrip().startswith("--"):
        found.insert(0, re.sub(r"^\s*--+ ?[|^]? ?", "", lines[place]))
        place -= 1
    return "\n".join(found)


def begins_its_line(text: str, line: int, column: int) -> bool:
    """Whether only blanks stand before the place, which counts from one: a comment above is its own."""
    return not text.split("\n")[line - 1][: column - 1].strip()


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("--") or line.rstrip().endswith("-}")


def _block(lines: list[str], last: int) -> str:
    first = last
    while first > 0 and "{-" not in lines[first]:
        first -= 1
    text = "\n".join(lines[first : last + 1])
    if text.lstrip().startswith("{-#"):
        return comment_above("\n".join(lines[:first]) + "\n", first + 1)
    return re.sub(r"^\s*\{-+ ?[|^]? ?|\s*-\}\s*$", "", text)

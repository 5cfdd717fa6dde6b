"""What a tracked file may be called, and how a set of paths may look. Pure."""

from collections.abc import Iterable

from ide.exceptions import Invalid
from sandbox.limits import PATH_BYTES

UNREADABLE = "\N{REPLACEMENT CHARACTER}"  # what decoding an address leaves of bytes that are no text
RESERVED = ".session"  # the agent's own folder


def check(path: str, field: str = "path") -> str:
    """The path itself if a file may have it; raises Invalid with the sentence that says why not."""
    shown = shorten(path)
    if not path:
        raise Invalid("A path must not be empty.", field)
    if not path.isprintable():
        raise Invalid(f"The path {shown} has a character that cannot be seen. Use letters and digits.", field)
    if UNREADABLE in path:
        raise Invalid(f"The path {shown} has bytes that are not UTF-8.", field)
    if len(path.encode()) > PATH_BYTES:
        raise Invalid(f"The path {shown} is longer than {PATH_BYTES} bytes.", field)
    if path.startswith("/") or "\\" in path:
        raise Invalid(f"The path {shown} must be relative, with / between folders.", field)
    _check_parts(path.split("/"), shown, field)
    return path


def check_free(path: str, others: Iterable[str], field: str = "path") -> None:
    """Raises Invalid if the path is a folder among the others, or needs one of them to be a folder."""
    folders = set(parents(path))
    for other in others:
        if other.startswith(f"{path}/"):
            raise Invalid(f"{shorten(path)} is a folder: choose another name.", field)
        if other in folders:
            raise Invalid(f"{shorten(other)} is a file, so nothing can lie in it.", field)


def parents(path: str) -> list[str]:
    """`a/b/c` → `a`, `a/b`."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def shorten(path: str) -> str:
    """The path as it can be shown in a sentence."""
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in path)
    return f"“{visible}”" if len(visible) <= 80 else f"“{visible[:77]}…”"


def _check_parts(parts: list[str], shown: str, field: str) -> None:
    if any(part in ("", ".", "..") for part in parts):
        raise Invalid(f"The path {shown} must not have empty parts, “.” or “..”.", field)
    if any(part != part.strip() for part in parts):
        raise Invalid(f"The path {shown} has a name that begins or ends with a space.", field)
    if parts[0] == RESERVED:
        raise Invalid(f"The folder “{RESERVED}” belongs to the session: choose another name.", field)

"""The examples that a newcomer can run at once: folders under `ide/examples/`."""

import json
from functools import cache
from pathlib import Path

import msgspec

from ide.exceptions import NotFound

FOLDER = Path(__file__).parent.parent / "examples"
ORDER = ["hello", "input", "wordcount", "quickcheck", "stm", "project"]


class Example(msgspec.Struct, frozen=True):
    slug: str
    title: str
    summary: str
    entry: str | None
    toolchain: str | None
    files: dict[str, str]


@cache
def all_examples() -> list[Example]:
    """All of them, the easiest first."""
    return [_read(FOLDER / slug) for slug in ORDER]


def find(slug: str) -> Example:
    for example in all_examples():
        if example.slug == slug:
            return example
    names = ", ".join(ORDER)
    raise NotFound(f"There is no such example. There are: {names}.", "example")


def _read(folder: Path) -> Example:
    about = json.loads((folder / "example.json").read_text())
    texts = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "example.json"
    }
    return Example(
        folder.name, about["title"], about["summary"], about.get("entry"), about.get("toolchain"), texts
    )

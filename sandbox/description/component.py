"""A component of a package, as its description tells of it. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

USUAL_ROOTS = ("", "src", "app", "test")  # of files that no component is told of
WHOLE = "package"  # what a description without components says of all files; cabal builds nothing of it
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True)
class Component:
    """A library, program or test suite; `title` as a .cabal file names it; `start`: of what it says.

    `modules`: those that it lists; None where it has all that lie in its folders.
    """

    title: str
    start: int
    end: int
    roots: tuple[str, ...]
    main: str | None
    modules: frozenset[str] | None
    packages: frozenset[str]
    extensions: tuple[str, ...] = ()
    language: str | None = None
    flags: tuple[str, ...] = ()  # of GHC

    @property
    def kind(self) -> str:
        """`library`, `executable`, `test-suite`, …; `WHOLE`."""
        return self.title.partition(" ")[0]

    @property
    def mains(self) -> tuple[str, ...]:
        """Every path where its program may lie."""
        return tuple(f"{root}/{self.main}".lstrip("/") for root in self.roots if self.main)

    def has(self, path: str) -> bool:
        """Whether it names the file."""
        if self.is_main(path):
            return True
        inside = [below for root in self.roots if (below := _below(path, root)) is not None]
        names = {each.rpartition(".")[0].replace("/", ".") for each in inside}
        return self.modules is not None and not names.isdisjoint(self.modules)

    def is_main(self, path: str) -> bool:
        return path in self.mains

    def nearness(self, path: str) -> int:
        """How long a folder of its is that the file lies in; -1 for none."""
        return max((len(root) for root in self.roots if _below(path, root) is not None), default=-1)


def _below(path: str, root: str) -> str | None:
    """The path without the root that it lies in."""
    if root == "":
        return path
    return path.removeprefix(f"{root}/") if path.startswith(f"{root}/") else None


def roots_of(words: list[str]) -> tuple[str, ...]:
    found = [word.removeprefix("./").rstrip("/") for word in words]
    return tuple("" if root == "." else root for root in found)


def packages_of(items: Collection[str]) -> frozenset[str]:
    """Without their bounds and their libraries."""
    return frozenset(match[0] for item in items if (match := _PACKAGE.match(item.strip())))

"""The components that a package description (`*.cabal`, `package.yaml`) has, and whose a file is. Pure."""

from collections.abc import Collection
from functools import lru_cache

from sandbox.description import cabal
from sandbox.description.component import WHOLE, Component

CABAL = ".cabal"
YAML = "package.yaml"


def name_of(paths: Collection[str]) -> str | None:
    """The file that describes the package: a `.cabal` at the root, else `package.yaml`."""
    cabal = sorted(path for path in paths if "/" not in path and path.endswith(CABAL))
    return cabal[0] if cabal else YAML if YAML in paths else None


def components(name: str, text: str) -> tuple[Component, ...]:
    """In the text's order. Raises ValueError."""
    found = _read(name, text)
    if isinstance(found, str):
        raise ValueError(found)
    return found


@lru_cache(maxsize=16)
def _read(name: str, text: str) -> tuple[Component, ...] | str:
    """They, or why there are none: what cannot be read takes its time but once, too."""
    if name.endswith(CABAL):
        return tuple(cabal.components(text))
    from sandbox.description import hpack  # its parser takes a while to load

    try:
        return tuple(hpack.components(text))
    except ValueError as fault:
        return str(fault)


def lacking(component: Component, package: str, name: str) -> str:
    """What is said of an import, in a file of the component, whose package it does not name."""
    depends = "build-depends" if name.endswith(CABAL) else "dependencies"
    return f"{package} is not among the {depends} of {component.title} in {name}: cabal would not build it."


def owning(found: Collection[Component], path: str) -> list[Component]:
    """Those that cabal builds the file for: that name it, else those with the nearest folder around it."""
    built = [each for each in found if each.kind != WHOLE]
    if named := [each for each in built if each.has(path)]:
        return named
    nearest = max((each.nearness(path) for each in built), default=-1)
    return [each for each in built if each.nearness(path) == nearest >= 0]

"""What GHC is asked to do for a package: the sources and options of all its components at once. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from sandbox.agent.layout import USUAL_LEVEL, Layout, Options, layout, unique
from sandbox.description import components, name_of
from sandbox.description.component import Component

LEVEL = re.compile(r"-O(\d?)")
MOST = 2  # GHC knows no more, and takes `-O3` as that
_NOT_LOADED = ("benchmark", "foreign-library")


def options_of(contents: Mapping[str, bytes]) -> tuple[Options, dict[str, str]]:
    """The options of these files, and a sentence about each description that cannot be read."""
    path = name_of(contents)
    if path is None:
        return Options(), {}
    try:
        return _read(path, contents[path].decode()), {}
    except UnicodeDecodeError:
        return Options(), {path: f"{path} is not UTF-8 text."}
    except ValueError as fault:
        return Options(), {path: f"{path} cannot be read: {fault}"}


def laid_out(contents: Mapping[str, bytes]) -> Layout:
    """The layout of these files, as their package asks for it."""
    return layout(contents, options_of(contents)[0])


@lru_cache(maxsize=4)
def _read(path: str, text: str) -> Options:
    return merged([each for each in components(path, text) if each.kind not in _NOT_LOADED])


def merged(loaded: list[Component]) -> Options:
    """One set of options for these components: GHCi holds them all at once."""
    return Options(
        roots=unique(root or "." for each in loaded for root in each.roots) or Options().roots,
        extensions=unique(name for each in loaded for name in each.extensions),
        language=next((each.language for each in loaded if each.language), None),
        flags=unique(flag for each in loaded for flag in each.flags),
        mains=_mains(loaded, "executable"),
        tests=_mains(loaded, "test-suite"),
        levels=tuple(_levels(loaded)),
    )


def _levels(loaded: Iterable[Component]) -> Iterator[tuple[str, int]]:
    """The last `-O` of each component, for its programs; a library's for what no component is told of."""
    for each in loaded:
        found = [match for flag in each.flags if (match := LEVEL.fullmatch(flag))]
        if found:
            level = min(int(found[-1][1] or USUAL_LEVEL), MOST)
            yield from ((path, level) for path in each.mains or ("",))


def _mains(found: Iterable[Component], kind: str) -> tuple[str, ...]:
    return unique(path for each in found if each.kind == kind for path in each.mains)

"""The components of a `package.yaml`. Pure."""

import re
from collections.abc import Iterator
from itertools import accumulate

import yaml

from sandbox.description.component import USUAL_ROOTS, WHOLE, Component, packages_of, roots_of

HPACKS_LANGUAGE = "Haskell2010"  # where it names none
LETTERS = 64 * 1024  # the parser reads so many in a second
DEPTH = 64  # and takes time with the square of it
_PARTS = {
    "library": "library",
    "internal-libraries": "library",
    "executable": "executable",
    "executables": "executable",
    "tests": "test-suite",
    "benchmarks": "benchmark",
}


def components(text: str) -> Iterator[Component]:
    """Raises ValueError."""
    if len(text) > LETTERS:
        raise ValueError(f"it is longer than {LETTERS:,} letters")
    if _depth(text) > DEPTH:
        raise ValueError(f"it nests deeper than {DEPTH} brackets")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as fault:
        raise ValueError(str(fault).split("\n")[0]) from None
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("it is not a mapping")
    whole = _mapping(node)
    if whole.keys().isdisjoint(_PARTS):
        yield _part(WHOLE, node, whole, usual=USUAL_ROOTS)
    for key, kind in _PARTS.items():
        inside = _mapping(whole.get(key))
        named = {"": whole[key]} if key in ("library", "executable") and inside else inside
        for title, part in named.items():
            if isinstance(part, yaml.MappingNode):
                yield _part(f"{kind} {title}".strip(), part, whole)


def _depth(text: str) -> int:
    """How many brackets are open at once."""
    steps = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[][{}]", text))
    return max(accumulate(steps), default=0)


def _part(
    title: str, node: yaml.MappingNode, whole: dict[str, yaml.Node], usual: tuple[str, ...] = ("",)
) -> Component:
    own = _mapping(node)
    depends = [item for each in (whole, own) for item in _dependencies(each)]
    return Component(
        title=title,
        start=node.start_mark.index,
        end=node.end_mark.index,
        roots=roots_of(_items(own.get("source-dirs")) or _items(whole.get("source-dirs"))) or usual,
        main=next(iter(_items(own.get("main"))), None),
        modules=None,
        packages=packages_of(depends),
        extensions=tuple(_words("default-extensions", whole, own)),
        language=next(_words("language", own, whole), None)
        or next(_words("default-language", own, whole), HPACKS_LANGUAGE),
        flags=tuple(_words("ghc-options", whole, own)),
    )


def _mapping(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """What a mapping says under each name; nothing where it is none."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _dependencies(said: dict[str, yaml.Node]) -> Iterator[str]:
    """Those of its conditions, too."""
    yield from _items(said.get("dependencies"))
    when = said.get("when")
    for each in when.value if isinstance(when, yaml.SequenceNode) else [when]:
        branches = _mapping(each)
        for branch in (branches, _mapping(branches.get("then")), _mapping(branches.get("else"))):
            yield from _items(branch.get("dependencies"))


def _words(name: str, *said: dict[str, yaml.Node]) -> Iterator[str]:
    for each in said:
        for item in _items(each.get(name)):
            yield from item.split()


def _items(node: yaml.Node | None) -> list[str]:
    """A list of texts, however it was written: a text, a list, or a mapping of names to versions."""
    if isinstance(node, yaml.ScalarNode):
        return [str(node.value)] if node.value else []
    if isinstance(node, yaml.MappingNode):
        return list(_mapping(node))
    found = node.value if isinstance(node, yaml.SequenceNode) else []
    return [
        str(named.value) if (named := _mapping(each).get("name")) else str(each.value)
        for each in found
        if isinstance(each, yaml.ScalarNode | yaml.MappingNode)
    ]

"""Imports of packages that a component of the description does not name: cabal would not build them. Pure.

GHC sees every package of the toolchain, whatever the description says.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from sandbox.agent import diagnostics as messages
from sandbox.agent.hints import HINT
from sandbox.agent.language.text import Text
from sandbox.agent.layout import Layout
from sandbox.description import components, lacking, name_of, owning
from sandbox.description.component import Component
from sandbox.messages import Diagnostic, Range

CODE = "undeclared-package"
_IMPORT = re.compile(r"^[ \t]*(import\b.*)", re.MULTILINE)
_WORD = re.compile(r"(?<=[ \t])[\w.']+")


def undeclared(
    contents: Mapping[str, bytes], layout: Layout, packages_of: Callable[[str], Collection[str]]
) -> dict[str, list[Diagnostic]]:
    """By file; nothing where the description cannot be read, which is told elsewhere.

    `packages_of`: those that have a module, the most used first.
    """
    name = name_of(contents)
    if name is None:
        return {}
    try:
        described = components(name, contents[name].decode())
    except ValueError:
        return {}
    own = {source.module for source in layout.sources.values()}
    found: dict[str, list[Diagnostic]] = {}
    for path, source in layout.sources.items():
        wanted = {each: packages_of(each) for each in source.imports if each not in own}
        lacking = list(_lacking(wanted, owning(described, path)))
        if lacking:
            text = Text(contents[path].decode(errors="replace"))
            places = _places(text, {module for module, _, _ in lacking})
            found[path] = [
                _told(path, places[module], package, owner, name)
                for module, package, owner in lacking
                if module in places
            ]
    return found


def _lacking(
    wanted: Mapping[str, Collection[str]], owners: Collection[Component]
) -> Iterator[tuple[str, str, Component]]:
    """Each module, the package that it is probably of, and the component that names none that has it."""
    for module, packages in wanted.items():
        for owner in owners:
            if packages and owner.packages.isdisjoint(packages):
                yield module, next(iter(packages)), owner


def _places(text: Text, modules: Collection[str]) -> dict[str, Range]:
    """The first import of each, up to its name. One look at the text, however many there are."""
    found: dict[str, Range] = {}
    for line in _IMPORT.finditer(text.text):
        for word in _WORD.finditer(text.text, line.start(1), line.end()):
            if word[0] in modules and word[0] not in found:
                found[word[0]] = text.range(line.start(1), word.end())
    return found


def _told(path: str, place: Range, package: str, owner: Component, name: str) -> Diagnostic:
    return Diagnostic(messages.uri(path), place, HINT, CODE, "cabal", lacking(owner, package, name))

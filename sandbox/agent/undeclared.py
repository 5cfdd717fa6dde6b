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
from sandbox.messages import Diagnostic

CODE = "undeclared-package"


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
            found[path] = [each for one in lacking for each in _told(path, text, name, *one)]
    return found


def _lacking(
    wanted: Mapping[str, Collection[str]], owners: Collection[Component]
) -> Iterator[tuple[str, str, Component]]:
    """Each module, the package that it is probably of, and the component that names none that has it."""
    for module, packages in wanted.items():
        for owner in owners:
            if packages and owner.packages.isdisjoint(packages):
                yield module, next(iter(packages)), owner


def _told(path: str, text: Text, name: str, module: str, package: str, owner: Component) -> list[Diagnostic]:
    """At the import, once."""
    pattern = rf"^[ \t]*(import\b[^\n]*?[ \t]{re.escape(module)})(?![\w.'])"
    match = re.search(pattern, text.text, re.MULTILINE)
    if match is None:
        return []
    span = text.range(match.start(1), match.end(1))
    return [Diagnostic(messages.uri(path), span, HINT, CODE, "cabal", lacking(owner, package, name))]

"""Packages that a module imports and its component of the package description does not name. Pure."""

import re
from collections.abc import Iterator, Sequence

import yaml

from ide.actions.fix import Edit, Fix
from ide.actions.imports import imports
from ide.actions.source import Source
from sandbox.description import CABAL, components, lacking, owning
from sandbox.description.component import Component
from sandbox.messages import Diagnostic

_DEPENDS = re.compile(r"^(?P<margin>[ \t]*)build-depends[ \t]*:(?P<first>.*)$", re.IGNORECASE | re.MULTILINE)
_IMPORT = re.compile(r"\s*import[ \t]*:.*\n", re.IGNORECASE)
_ITEM = re.compile(r"(?P<margin>[ \t]*)(?!--)[^\s-].*")


def fixes(
    path: str, text: str, module: str, wanted: list[str], told: Sequence[Diagnostic] = ()
) -> Iterator[Fix]:
    """An edit of the description for each package that a component with the file `module` does not name.

    `told`: what was said there, perhaps of that.
    """
    try:
        described = components(path, text)
    except ValueError:  # which the session tells
        return
    for component in owning(described, module):
        for package in dict.fromkeys(wanted):
            if package in component.packages:
                continue
            edit = (_in_cabal if path.endswith(CABAL) else _in_yaml)(text, component, package)
            if edit:
                about = tuple(each for each in told if each.message == lacking(component, package, path))
                title = f"Add {package} to {path} ({component.title})"
                yield Fix(title, (edit,), path=path, about=about)


def modules_between(source: Source, start: int, end: int) -> list[str]:
    """The modules that are imported between these places."""
    return list(
        dict.fromkeys(each.module for each in imports(source) if each.start <= end and each.end >= start)
    )


def _in_cabal(text: str, component: Component, package: str) -> Edit | None:
    """Behind the first package of the component's own list, or in one of its own."""
    item = _ITEM.search(text, component.start, component.end)
    margin = item["margin"] if item else "  "
    for match in _DEPENDS.finditer(text, component.start, component.end):
        if match["margin"] == margin:
            return _in_list(text, match, package)
    imported = _IMPORT.match(text, component.start, component.end)
    place = imported.end() if imported else component.start
    line = f"{margin}build-depends: {package}\n"
    return Edit(place, place, line if text[:place].endswith("\n") else f"\n{line}")


def _in_list(text: str, match: re.Match[str], package: str) -> Edit | None:
    first = match["first"].rstrip()
    if first.strip():
        place = match.start("first") + len(first)
        return Edit(place, place, f" {package}," if first.endswith(",") else f", {package}")
    source = Source(text)
    line = source.after_line(match.end())
    words = source.line(line)
    margin = words[: len(words) - len(words.lstrip())]
    if words.lstrip().startswith(","):
        return Edit(line, line, f"{margin}, {package}\n")
    if len(margin) > len(match["margin"]):
        return Edit(line, line, f"{margin}{package},\n")
    return Edit(match.end(), match.end(), f" {package}")


def _in_yaml(text: str, component: Component, package: str) -> Edit | None:
    """In the component's own list, which may have to be made."""
    part = _node_at(yaml.compose(text, Loader=yaml.SafeLoader), component.start)
    if part is None:
        return None
    listed = next((value for key, value in part.value if key.value == "dependencies"), None)
    if listed is None:
        if part.flow_style:
            place = component.start + 1
            return Edit(place, place, f"dependencies: [{package}]{', ' if part.value else ''}")
        margin = " " * part.start_mark.column
        return Edit(component.start, component.start, f"dependencies:\n{margin}- {package}\n{margin}")
    return _in_node(listed, package)


def _in_node(listed: yaml.Node, package: str) -> Edit:
    start, margin = listed.start_mark.index, " " * listed.start_mark.column
    if isinstance(listed, yaml.ScalarNode):
        items = f"{listed.value}, {package}" if listed.value else package
        return Edit(start, listed.end_mark.index, f"{'' if listed.value else ' '}[{items}]")
    if isinstance(listed, yaml.CollectionNode) and listed.flow_style:
        entry = package if isinstance(listed, yaml.SequenceNode) else f'{package}: ">= 0"'
        return Edit(start + 1, start + 1, f"{entry}, " if listed.value else entry)
    if isinstance(listed, yaml.SequenceNode):
        return Edit(start, start, f"- {package}\n{margin}")
    return Edit(start, start, f'{package}: ">= 0"\n{margin}')


def _node_at(node: yaml.Node | None, start: int) -> yaml.MappingNode | None:
    """The mapping that begins there, the innermost last."""
    if not isinstance(node, yaml.MappingNode):
        return None
    if node.start_mark.index == start:
        return node
    return next((found for _, value in node.value if (found := _node_at(value, start))), None)

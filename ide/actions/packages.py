"""Packages that a module imports and its package description does not name. Pure."""

import re
from collections.abc import Collection, Iterator

from ide.actions.fix import Edit, Fix
from ide.actions.imports import imports
from ide.actions.source import Source

_DEPENDS = re.compile(r"^(?P<margin>[ \t]*)build-depends[ \t]*:(?P<first>.*)$", re.IGNORECASE | re.MULTILINE)
_YAML = re.compile(r"^(?P<margin> *)dependencies:[ \t]*(?P<first>.*)$", re.MULTILINE)


def description(files: Collection[str]) -> str | None:
    """The file that describes the package: a `.cabal` at the root, else `package.yaml`."""
    cabal = sorted(path for path in files if "/" not in path and path.endswith(".cabal"))
    return cabal[0] if cabal else "package.yaml" if "package.yaml" in files else None


def fixes(path: str, text: str, wanted: list[str]) -> Iterator[Fix]:
    """An edit of the description for each package that it does not name."""
    for package in dict.fromkeys(wanted):
        if not re.search(rf"(?<![\w-]){re.escape(package)}(?![\w-])", _dependencies(text)):
            edits = tuple(_in_cabal(text, package) if path.endswith(".cabal") else _in_yaml(text, package))
            if edits:
                yield Fix(f"Add {package} to {path}", edits, path=path)


def modules_between(source: Source, start: int, end: int) -> list[str]:
    """The modules that are imported between these places."""
    return list(
        dict.fromkeys(each.module for each in imports(source) if each.start <= end and each.end >= start)
    )


def _dependencies(text: str) -> str:
    """Every line of the description without its comments and its own name."""
    return "\n".join(line for line in text.split("\n") if not re.match(r"\s*(?:--|#|name:)", line))


def _in_cabal(text: str, package: str) -> Iterator[Edit]:
    """Behind the first package of each list."""
    source = Source(text)
    for match in _DEPENDS.finditer(text):
        if match["first"].strip():
            place = match.start("first") + len(match["first"].rstrip())
            ended = match["first"].rstrip().endswith(",")
            yield Edit(place, place, f" {package}," if ended else f", {package}")
            continue
        line = source.after_line(match.end())
        words = source.line(line)
        if words.lstrip().startswith(","):
            yield Edit(line, line, f"{words[: len(words) - len(words.lstrip())]}, {package}\n")
        elif words.strip():
            yield Edit(line, line, f"{words[: len(words) - len(words.lstrip())]}{package},\n")


def _in_yaml(text: str, package: str) -> Iterator[Edit]:
    """In the first list of dependencies."""
    match = _YAML.search(text)
    if match is None:
        place = len(text)
        yield Edit(place, place, f"{'' if text.endswith(chr(10)) else chr(10)}dependencies:\n- {package}\n")
    elif match["first"].startswith("["):
        place = match.start("first") + 1
        yield Edit(place, place, f"{package}, " if match["first"][1:].strip(" ]") else package)
    elif not match["first"].strip():
        item = re.compile(r"\n( *)- ").match(text, match.end())
        margin = item[1] if item else match["margin"]
        yield Edit(match.end(), match.end(), f"\n{margin}- {package}")

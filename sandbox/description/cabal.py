"""The components of a `.cabal` file. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.description.component import Component, packages_of, roots_of

_SECTION = re.compile(
    r"(library|executable|test-suite|benchmark|common|foreign-library|flag|source-repository)\b",
    re.IGNORECASE,
)
_BUILT = ("library", "executable", "test-suite", "benchmark", "foreign-library")
_FIELD = re.compile(r"([A-Za-z][\w-]*)[ \t]*:(.*)")
_CONDITION = re.compile(r"(if|elif|else)\b", re.IGNORECASE)
_LIBRARIES = re.compile(r":\s*\{[^}]*\}")  # of one package
_EXTENSIONS = ("default-extensions", "extensions")
_LISTED = ("exposed-modules", "other-modules")


@dataclass
class _Section:
    title: str
    start: int
    end: int = 0
    fields: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Its lines as one list."""
        return ",".join(self.fields.get(name, []))

    def words(self, name: str) -> list[str]:
        return self.text(name).replace(",", " ").replace('"', " ").split()


def components(text: str) -> Iterator[Component]:
    commons: dict[str, _Section] = {}
    for section in _sections(text):
        for name in section.words("import"):
            for key, value in commons[name].fields.items() if name in commons else ():
                section.fields.setdefault(key, []).extend(value)
        kind = section.title.partition(" ")[0]
        if kind == "common":
            commons[section.title.partition(" ")[2]] = section
        elif kind in _BUILT:
            yield Component(
                title=section.title,
                start=section.start,
                end=section.end,
                roots=roots_of(section.words("hs-source-dirs")) or ("",),
                main=next(iter(section.words("main-is")), None),
                modules=frozenset(word for name in _LISTED for word in section.words(name)),
                packages=packages_of(_LIBRARIES.sub("", section.text("build-depends")).split(",")),
                extensions=tuple(word for name in _EXTENSIONS for word in section.words(name)),
                language=next(iter(section.words("default-language")), None),
                flags=tuple(section.words("ghc-options")),
            )


def _sections(text: str) -> list[_Section]:
    """With the fields of each, those of both branches of a condition."""
    found: list[_Section] = []
    name, indent, offset = "", 0, 0
    for line in text.splitlines(keepends=True):
        offset += len(line)
        words = line.strip()
        depth = len(line) - len(line.lstrip())
        if not words or words.startswith("--"):
            continue
        if depth == 0 and _SECTION.match(words):
            head, _, rest = " ".join(words.split()).partition(" ")
            found.append(_Section(f"{head.lower()} {rest}".strip(), offset))
            name = ""
        elif not found:
            continue
        elif (match := _FIELD.match(words)) and (not name or depth <= indent):
            name, indent = match[1].lower(), depth
            found[-1].fields.setdefault(name, []).append(match[2])
        elif _CONDITION.match(words):
            name = ""
        elif name:
            found[-1].fields[name].append(words)
        found[-1].end = offset
    return found

"""What a package description (`*.cabal`, `package.yaml`) says about sources and options. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sandbox.agent.layout import DEFAULT_ROOTS, Layout, Options, layout, unique
from sandbox.description import name_of

_FIELD = re.compile(r"^(\s*)([A-Za-z][\w-]*)\s*:(.*)$")
_SECTION = re.compile(
    r"^(library|executable|test-suite|benchmark|common|foreign-library|flag|source-repository)\b", re.I
)
_CONDITION = re.compile(r"^\s*(if|elif|else)\b")


@dataclass
class Component:
    """One library, executable or test suite of a package."""

    kind: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def words(self, name: str) -> list[str]:
        return self.fields.get(name, [])


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
    return merged(cabal_components(text) if path.endswith(".cabal") else hpack_components(text))


def merged(components: list[Component]) -> Options:
    """One set of options for all components: GHCi holds them all at once."""
    built = [each for each in components if each.kind in ("library", "executable", "test-suite")]
    roots = unique(_root(root) for each in built for root in each.words("hs-source-dirs") or ["."])
    languages = [word for each in built for word in each.words("default-language")]
    return Options(
        roots=roots or Options().roots,
        extensions=unique(
            word
            for each in built
            for name in ("default-extensions", "extensions")
            for word in each.words(name)
        ),
        language=languages[0] if languages else None,
        flags=unique(word for each in built for word in each.words("ghc-options")),
        mains=_mains(built, "executable"),
        tests=_mains(built, "test-suite"),
    )


def _root(path: str) -> str:
    return path.removeprefix("./").rstrip("/") or "."


def _mains(components: list[Component], kind: str) -> tuple[str, ...]:
    """Every place where a component's `main-is` may lie."""
    return unique(
        main if _root(root) == "." else f"{_root(root)}/{main}"
        for each in components
        if each.kind == kind
        for main in each.words("main-is")
        for root in each.words("hs-source-dirs") or ["."]
    )


# --- .cabal ----------------------------------------------------------------------------------------------


def cabal_components(text: str) -> list[Component]:
    """The sections of a `.cabal` file; both branches of a condition count."""
    components = [Component("package")]
    commons: dict[str, Component] = {}
    name: str | None = None
    indent = 0
    for line in _code_lines(text):
        depth = len(line) - len(line.lstrip())
        section = _SECTION.match(line) if depth == 0 else None
        found = _FIELD.match(line)
        if section:
            components.append(Component(section[1].lower()))
            if section[1].lower() == "common":
                commons[line.split()[1] if len(line.split()) > 1 else ""] = components[-1]
            name = None
        elif found and (name is None or depth <= indent):
            name, indent = found[2].lower(), depth
            _add(components[-1], name, found[3], commons)
        elif _CONDITION.match(line):
            name = None
        elif name is not None:
            _add(components[-1], name, line, commons)
    return components


def _code_lines(text: str) -> Iterator[str]:
    for line in text.replace("\t", "        ").splitlines():
        if line.strip() and not line.lstrip().startswith("--"):
            yield line.rstrip()


def _add(component: Component, name: str, value: str, commons: Mapping[str, Component]) -> None:
    words = [word.strip('"') for word in value.replace(",", " ").split()]
    if name == "import":
        for word in words:
            for key, inherited in (commons[word].fields if word in commons else {}).items():
                component.fields.setdefault(key, []).extend(inherited)
        return
    component.fields.setdefault(name, []).extend(words)


# --- package.yaml ----------------------------------------------------------------------------------------


def hpack_components(text: str) -> list[Component]:
    """The components of a `package.yaml`. Raises ValueError."""
    import yaml

    try:
        described = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as fault:
        raise ValueError(str(fault).split("\n")[0]) from None
    if not isinstance(described, dict):
        raise ValueError("it is not a mapping")
    common = {key: described[key] for key in _HPACK if key in described}
    parts = list(_hpack_parts(described)) or [("library", {"source-dirs": list(DEFAULT_ROOTS)})]
    return [Component(kind, _hpack_fields(common, part)) for kind, part in parts]


_HPACK = ("default-extensions", "ghc-options", "language", "default-language", "source-dirs")


def _hpack_parts(described: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, kind in (
        ("library", "library"),
        ("internal-libraries", "library"),
        ("executable", "executable"),
        ("executables", "executable"),
        ("tests", "test-suite"),
    ):
        value = described.get(key)
        if not isinstance(value, dict):
            continue
        if key in ("library", "executable"):
            yield kind, value
        else:
            yield from ((kind, part) for part in value.values() if isinstance(part, dict))


def _hpack_fields(common: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, list[str]]:
    fields = {
        name: _words(common.get(name)) + _words(part.get(name))
        for name in ("default-extensions", "ghc-options")
    }
    fields["hs-source-dirs"] = _words(part.get("source-dirs")) or _words(common.get("source-dirs"))
    language = (
        part.get("language")
        or part.get("default-language")
        or common.get("language")
        or common.get("default-language")
    )
    fields["default-language"] = _words(language) or ["Haskell2010"]
    fields["main-is"] = _words(part.get("main"))
    return fields


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [word for each in value for word in str(each).split()] if isinstance(value, list) else []

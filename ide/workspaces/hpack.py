"""The stanzas that a `package.yaml` describes, for a .cabal file. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from ide.workspaces.stanza import Stanza, module_of

PARTS = {
    "library": "library",
    "executable": "executable",
    "executables": "executable",
    "tests": "test-suite",
}
LANGUAGE = "Haskell2010"  # what hpack takes where nothing is said
_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


def stanzas(text: str, sources: Mapping[str, str]) -> tuple[str | None, list[Stanza]]:
    """The package's name and its stanzas; nothing for what cannot be read."""
    try:
        described = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None, []
    if not isinstance(described, dict):
        return None, []
    name = described.get("name")
    valid = name if isinstance(name, str) and _NAME.fullmatch(name) else None
    return valid, [_stanza(kind, title, described, part, sources) for kind, title, part in _parts(described)]


def _parts(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each component: its kind, its own name, what it says."""
    for key, kind in PARTS.items():
        value = described.get(key)
        if not isinstance(value, dict):
            continue
        if key in ("library", "executable"):
            yield kind, "" if key == "library" else "program", value
        else:
            yield from ((kind, str(title), part) for title, part in value.items() if isinstance(part, dict))


def _stanza(
    kind: str, title: str, common: Mapping[str, Any], part: Mapping[str, Any], sources: Mapping[str, str]
) -> Stanza:
    roots = _items(part.get("source-dirs")) or _items(common.get("source-dirs")) or ["."]
    main = next(iter(_items(part.get("main"))), None)
    modules = [
        module_of(path, sources[path], roots)
        for path in sources
        if _is_below(path, roots) and not (main and path in [_join(root, main) for root in roots])
    ]
    language = part.get("language") or common.get("language") or LANGUAGE
    return Stanza(
        head=f"{kind} {title}".strip(),
        main=main,
        roots=roots,
        modules=[module for module in modules if module != "Main"],
        packages=_both("dependencies", common, part),
        extensions=_both("default-extensions", common, part),
        options=_both("ghc-options", common, part),
        language=str(language),
    )


def _both(key: str, common: Mapping[str, Any], part: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*_items(common.get(key)), *_items(part.get(key))]))


def _items(value: object) -> list[str]:
    """A list of texts, however it was written: a text, a list, or a mapping of names to versions."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [
            f"{name} {version}" if isinstance(version, str) else str(name) for name, version in value.items()
        ]
    found = value if isinstance(value, list) else []
    return [str(each.get("name", "")) if isinstance(each, dict) else str(each) for each in found]


def _is_below(path: str, roots: list[str]) -> bool:
    return any(root == "." or path.startswith(f"{root}/") for root in roots)


def _join(root: str, path: str) -> str:
    return path if root == "." else f"{root}/{path}"

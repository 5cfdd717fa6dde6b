"""What `Exports` says and Haddock's text files → the index: an SQLite file.

database.py EXPORTS TEXTS INDEX
"""

import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sandbox.index.documentation import documented
from sandbox.index.shape import constructors, shape
from sandbox.index.signature import Malformed, Signature, signature

SCHEMA = """
CREATE TABLE module (id INTEGER PRIMARY KEY, name TEXT, package TEXT, version TEXT, dependants INTEGER);
CREATE TABLE definition (
    id INTEGER PRIMARY KEY, name TEXT, kind TEXT, parent TEXT, type TEXT, package TEXT, module TEXT,
    shape INTEGER, arity INTEGER
);
CREATE TABLE export (
    definition INTEGER, module INTEGER, rank INTEGER, PRIMARY KEY (definition, module)
) WITHOUT ROWID;
CREATE TABLE mention (
    constructor TEXT, definition INTEGER, PRIMARY KEY (constructor, definition)
) WITHOUT ROWID;
CREATE TABLE documentation (definition INTEGER PRIMARY KEY, text TEXT);
"""
INDEXES = """
CREATE INDEX module_name ON module (name);
CREATE INDEX definition_name ON definition (name);
CREATE INDEX definition_name_nocase ON definition (name COLLATE NOCASE);
CREATE INDEX definition_shape ON definition (shape);
CREATE INDEX export_module ON export (module, definition);
ANALYZE;
VACUUM;
"""
TYPES = ("type", "class", "family")
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"t": "\t", "n": "\n", "\\": "\\"}

# Where others define what a package's users know as its own.
FRONTS = {"ghc-prim": "base", "ghc-internal": "base", "ghc-bignum": "base"}
_INNER = re.compile(r"\b(?:Internal|Unsafe|Compat|OldList|Base|Types|GHC|Hidden|Imports|Prelude\w)\b")


class Module(NamedTuple):
    id: int
    name: str
    package: str
    version: str
    dependants: int  # packages that use its package


class Definition(NamedTuple):
    id: int
    name: str
    kind: str
    parent: str
    type: str
    package: str
    module: str


class Said(NamedTuple):
    """What the exports program told; `exports` has the modules of each definition."""

    modules: list[Module]
    definitions: list[Definition]
    exports: dict[int, list[Module]]
    texts: dict[int, str]


def read(lines: Iterable[str]) -> Said:
    said = Said([], [], defaultdict(list), {})
    for line in lines:
        what, *fields = (_ESCAPED.sub(lambda found: _MEANT[found[1]], field) for field in line.split("\t"))
        if what == "module":
            package, version, dependants, name = fields
            said.modules.append(Module(len(said.modules) + 1, name, package, version, int(dependants)))
        elif what == "definition":
            number, name, kind, parent, signature, package, module, text = fields
            said.definitions.append(Definition(int(number), name, kind, parent, signature, package, module))
            if text.strip():
                said.texts[int(number)] = text
        else:
            said.exports[int(fields[0])].append(said.modules[-1])
    return said


def ranked(definition: Definition, modules: list[Module]) -> list[Module]:
    """The module that one imports it from first: of its own package, made for users, with a short name."""
    own = FRONTS.get(definition.package, definition.package)

    def rank(module: Module) -> tuple[object, ...]:
        inner = bool(_INNER.search(module.name)) and module.name != "Prelude"
        return module.package != own, inner, module.name.count("."), len(module.name), module.name

    return sorted(dict.fromkeys(modules), key=rank)


def words(files: Iterable[Path]) -> dict[tuple[str, str, bool], str]:
    """The words on each name, by the module that exports it; no two packages' modules share a name there."""
    found = {}
    for file in files:
        for each in documented(file.read_text(errors="replace").split("\n")):
            found[each.module, each.name, each.is_type] = each.text
    return found


def with_words(said: Said, known: dict[tuple[str, str, bool], str]) -> Iterator[tuple[int, str]]:
    """Each definition's documentation: the interface's, or what is said where its own package exports it."""
    for one in said.definitions:
        own = [module.name for module in said.exports[one.id] if module.package == one.package]
        texts = (known.get((module, one.name, one.kind in TYPES)) for module in [one.module, *own])
        if text := said.texts.get(one.id) or next((text for text in texts if text), None):
            yield one.id, text


def write(path: Path, said: Said, texts: Iterable[tuple[int, str]]) -> None:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.executescript(SCHEMA)
        database.executemany("INSERT INTO module VALUES (?, ?, ?, ?, ?)", said.modules)
        for one in said.definitions:
            known = None if one.kind in TYPES else _signature(one.type)
            seen = (shape(known), len(known.arguments)) if known else (None, None)
            database.execute("INSERT INTO definition VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*one, *seen))
            mentioned = [(name, one.id) for name in constructors(known)] if known else []
            database.executemany("INSERT INTO mention VALUES (?, ?)", mentioned)
        database.executemany("INSERT INTO export VALUES (?, ?, ?)", _exports(said))
        database.executemany("INSERT INTO documentation VALUES (?, ?)", texts)
        database.executescript(INDEXES)


def _signature(text: str) -> Signature | None:
    """None for the few types that nobody looks for."""
    try:
        return signature(text)
    except Malformed:
        return None


def _exports(said: Said) -> Iterator[tuple[int, int, int]]:
    for one in said.definitions:
        for rank, module in enumerate(ranked(one, said.exports[one.id])):
            yield one.id, module.id, rank


def main() -> None:
    exports, texts, index = map(Path, sys.argv[1:])
    with exports.open(newline="\n") as lines:
        said = read(line.removesuffix("\n") for line in lines)
    write(index, said, with_words(said, words(texts.glob("*.txt"))))


if __name__ == "__main__":
    main()

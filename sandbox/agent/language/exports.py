"""Who exports what: the packages' modules, from the index, and the workspace's, from their texts."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sandbox.agent.language.catalogue import INDEX
from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.remembered import Remembered
from sandbox.agent.language.searching import KINDS, named_parts
from sandbox.agent.language.text import code_of, unliterate
from sandbox.index.database import FRONTS as DEFINERS
from sandbox.spelling import LETTER, MODULE_NAME

MUCH_USED = 50  # packages that depend on one
FRONTS = {**DEFINERS, "transformers": "mtl"}
_INNER = re.compile(r"\b(?:Internal|GHC|Compat|Unsafe|Foreign)\b")
_BEYOND = "\U0010ffff"  # after all that begins alike
_COLUMNS = "definition.name, kind, parent, type, module.name"
# What `_usual` looks at. Of mtl's modules RWS has what each other one has: it is meant by its own names only.
_SEEN = (
    "module.name, definition.package, module.package, module.dependants, CASE module.package WHEN 'mtl'"
    " THEN (SELECT count(*) FROM export AS its WHERE its.module = module.id) ELSE 0 END"
)
_WITH_MODULES = (
    "FROM definition JOIN export ON export.definition = definition.id"
    " JOIN module ON module.id = export.module"
)
_BEGINS = re.compile(r"\bmodule\b")  # of several such words the first one
_HEADER = re.compile(rf"module\s+({MODULE_NAME})\s*\((.*?)\)\s*where\b", re.DOTALL)
_NAMES = re.compile(rf"(?:{LETTER}|\.)+|[^\s\w(),.']+")
_WITH_ALL = re.compile(rf"({LETTER}+)\s*\(\s*\.\.\s*\)")


class Export(NamedTuple):
    name: str
    kind: str  # function, constructor, field, method, pattern, type, class, family
    parent: str
    type: str
    module: str


def beginning(prefix: str, limit: int, index: Path = INDEX) -> list[Export]:
    """What some package exports under a name that begins so, by the module that one imports it from.

    The same letters come first, then what most packages use.
    """
    with closing(_opened(index)) as database:
        rows = database.execute(
            f"SELECT {_COLUMNS}, definition.id, definition.package {_WITH_MODULES}"
            " WHERE definition.name >= ? COLLATE NOCASE AND definition.name < ? COLLATE NOCASE AND rank = 0"
            " ORDER BY substr(definition.name, 1, ?) != ?, module.dependants DESC,"
            " module.name LIKE '%Internal%', length(definition.name), definition.name, module.name LIMIT ?",
            (prefix, prefix + _BEYOND, len(prefix), prefix, limit),
        )
        return [_by_front(database, *row) for row in rows.fetchall()]


def _by_front(database: sqlite3.Connection, *row: Any) -> Export:
    """What transformers and mtl define is imported as mtl's users do."""
    *columns, number, package = row
    export = Export(*columns)
    if package not in ("transformers", "mtl"):
        return export
    modules = database.execute(f"SELECT {_SEEN} {_WITH_MODULES} WHERE definition.id = ?", (number,))
    return export._replace(module=min(modules, key=_usual)[0])


def exporting(name: str, index: Path = INDEX) -> list[Export]:
    """Every module of a package that exports the name, the one that most people mean first.

    That is one for users, of the package that is known for it, much used, with a short name.
    """
    with closing(_opened(index)) as database:
        rows = database.execute(
            f"SELECT {_COLUMNS}, {_SEEN} {_WITH_MODULES} WHERE definition.name = ?",
            (name,),
        )
        return [Export(*row[:5]) for row in sorted(rows, key=lambda row: _usual(row[5:]))]


def _usual(row: tuple[Any, ...]) -> tuple[object, ...]:
    module, definer, package, dependants, exports = row
    inner = bool(_INNER.search(module))
    strange = package not in (definer, FRONTS.get(definer))
    return (
        inner,
        strange,
        dependants < MUCH_USED,
        module.count("."),
        -dependants,
        exports,
        len(module),
        module,
    )


def clashing(modules: Iterable[str], index: Path = INDEX) -> set[str]:
    """Those of the packages' modules in which a name of the Prelude's means something else."""
    with closing(_opened(index)) as database:
        prelude = dict[str, set[int]]()
        for name, number in _definitions(database, "Prelude"):
            prelude.setdefault(name, set()).add(number)
        return {
            module
            for module in set(modules)
            if any(
                number not in prelude.get(name, {number}) for name, number in _definitions(database, module)
            )
        }


def _definitions(database: sqlite3.Connection, module: str) -> list[tuple[str, int]]:
    rows = database.execute(
        "SELECT definition.name, definition.id FROM module JOIN export ON export.module = module.id"
        " JOIN definition ON definition.id = export.definition WHERE module.name = ?",
        (module,),
    )
    return rows.fetchall()


def package_of(module: str, index: Path = INDEX) -> str:
    """The package that the module is of, the most used of several; empty for none."""
    return next(iter(packages_of(module, index)), "")


@lru_cache(maxsize=4096)
def packages_of(module: str, index: Path = INDEX) -> tuple[str, ...]:
    """Every package with a module of this name, the most used first."""
    with closing(_opened(index)) as database:
        rows = database.execute(
            "SELECT package FROM module WHERE name = ? ORDER BY dependants DESC", (module,)
        )
        return tuple(package for (package,) in rows)


def of_module(module: str, index: Path = INDEX) -> list[Export]:
    """What a module of a package exports."""
    with closing(_opened(index)) as database:
        rows = database.execute(
            f"SELECT {_COLUMNS} FROM module JOIN export ON export.module = module.id"  # noqa: S608
            " JOIN definition ON definition.id = export.definition WHERE module.name = ?",
            (module,),
        )
        return [Export(*row) for row in rows]


def words_on(module: str, name: str, index: Path = INDEX) -> tuple[Export, str] | None:
    """What a module exports under this name, and its documentation."""
    with closing(_opened(index)) as database:
        row = database.execute(
            f"SELECT coalesce(text, ''), {_COLUMNS} FROM module"  # noqa: S608
            " JOIN export ON export.module = module.id JOIN definition ON definition.id = export.definition"
            " LEFT JOIN documentation ON documentation.definition = definition.id"
            " WHERE module.name = ? AND definition.name = ?",
            (module, name),
        ).fetchone()
        return row and (Export(*row[1:]), row[0])


def _of_file(path: str, module: str, text: str) -> tuple[Export, ...]:
    code = code_of(unliterate(text) if path.endswith(".lhs") else text)
    begins = _BEGINS.search(code)
    header = _HEADER.match(code, begins.start()) if begins else None
    names = set(_NAMES.findall(header[2])) if header else set()
    everything = header is None or header[1] in names
    open_ = set(_WITH_ALL.findall(header[2])) if header else set()
    return tuple(
        one for one in _defined(code, module) if everything or one.name in names or one.parent in open_
    )


def _defined(code: str, module: str) -> Iterator[Export]:
    for declared in declarations(code):
        if declared.kind != "instance" and declared.name:
            kind = KINDS.get(declared.kind, declared.kind)
            yield Export(declared.name, kind, "", declared.signature, module)
            for part in named_parts(declared):
                yield Export(part.name, part.kind, declared.name, part.signature, module)


of_file = Remembered(_of_file).of  # what a file of the workspace defines and exports


def _opened(index: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True)

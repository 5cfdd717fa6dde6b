"""Searches the index, and definitions that are not in it, by name and by type.

Many are looked up from afar, by the query's shapes and constructors; what is found is then compared with it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.agent.language.hackage import Home
from sandbox.agent.language.query import Query
from sandbox.index.database import FRONTS
from sandbox.index.matching import distance
from sandbox.index.shape import constructors, general, shape
from sandbox.index.signature import Malformed, signature

INDEX = Path("/opt/index/exports.db")
NEAR = 900  # candidates that are compared
CONSTRAINED = 0.2  # it asks something of its types
_COLUMNS = """definition.id, definition.name, kind, parent, type, coalesce(text, ''),
    module.name, module.package, module.dependants"""
_FROM = """FROM definition JOIN export ON export.definition = definition.id AND rank = 0
    JOIN module ON module.id = export.module
    LEFT JOIN documentation ON documentation.definition = definition.id"""


@dataclass(frozen=True)
class Found:
    """A definition, and the module that one imports it from."""

    id: int  # 0: of the workspace
    name: str
    kind: str
    parent: str
    type: str
    text: str
    module: str
    package: str
    dependants: int = 0
    cost: float = 0.0
    modules: tuple[str, ...] = ()


def search(asked: Query, own: Iterable[Found], limit: int, index: Path = INDEX) -> list[Found]:
    """The best first; the workspace's own before what is as good."""
    if asked.is_empty:
        return []
    own = [one for one in own if asked.allows(one.package, one.module)]
    with closing(sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True)) as database:
        candidates = [one for one in _candidates(database, asked) if asked.allows(one.package, one.module)]
        compared = [near for one in (*own, *candidates) if (near := _compared(asked, one))]
        best = sorted(compared, key=_order)[:limit]
        return [_with_modules(database, one) for one in best]


def documentation(module: str, name: str, *, is_type: bool, index: Path = INDEX) -> str:
    """What is said of a package's definition, in Haddock's markup; `module` is where it is defined."""
    with closing(sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True)) as database:
        row = database.execute(
            "SELECT text FROM documentation JOIN definition ON id = definition"
            " WHERE name = ? AND module = ? AND (kind IN ('type', 'class', 'family')) = ?",
            (name, module, is_type),
        ).fetchone()
    return str(row[0]) if row else ""


def home(module: str, name: str, *, is_type: bool, index: Path = INDEX) -> Home | None:
    """The module itself that defines or exports the name, else the one that users import it from."""
    kinds = "kind IN ('type', 'class', 'family')"
    with closing(sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True)) as database:
        row = database.execute(
            "SELECT module.package, module.version, module.name FROM definition"  # noqa: S608
            " JOIN export ON export.definition = definition.id JOIN module ON module.id = export.module"
            f" WHERE definition.name = ? AND (definition.module = ? OR module.name = ?) AND {kinds} = ?"
            f" ORDER BY module.package IN ({', '.join('?' * len(FRONTS))}), module.name != ?, rank LIMIT 1",
            (name, module, module, is_type, *FRONTS, module),
        ).fetchone()
    return row and Home(*row)


def defined(name: str, module: str, *, is_type: bool, index: Path = INDEX) -> list[Found]:
    """What of that name a module defines or exports; its own first."""
    kinds = "kind IN ('type', 'class', 'family')"
    with closing(sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True)) as database:
        rows = database.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE definition.name = ? AND {kinds if is_type else 'NOT ' + kinds}"  # noqa: S608
            " AND (definition.module = ? OR EXISTS (SELECT 1 FROM export AS one JOIN module AS other"
            " ON other.id = one.module WHERE one.definition = definition.id AND other.name = ?))"
            " ORDER BY definition.module != ?",
            (name, module, module, module),
        )
        return [_with_modules(database, Found(*row)) for row in rows.fetchall()]


def _order(one: Found) -> tuple[object, ...]:
    inner = "Internal" in one.module or one.module.startswith("GHC.")
    usual = one.module != "Prelude", -one.dependants
    return round(one.cost, 1), one.id != 0, inner, *usual, len(one.name), one.name, one.module


def _compared(asked: Query, one: Found) -> Found | None:
    """With how far it is from the query; None where it does not fit."""
    cost = 0.0
    for name in asked.names:
        away = _name_distance(name, one.name)
        if away is None:
            return None
        cost += away
    if asked.type is not None:
        try:
            far = distance(asked.type, signature(one.type))
        except Malformed:
            far = None
        if far is None:
            return None
        cost += far + (CONSTRAINED if "=>" in one.type else 0)
    return replace(one, cost=cost)


def _name_distance(wanted: str, name: str) -> float | None:
    """0: the same; then in another case, at the start, within."""
    if wanted == name:
        return 0.0
    low, other = wanted.casefold(), name.casefold()
    if low == other:
        return 0.5
    if low in other:
        return (1.0 if other.startswith(low) else 2.0) + min((len(name) - len(wanted)) / 20, 0.9)
    return None


# --- candidates ---------------------------------------------------------------------------------------------


def _candidates(database: sqlite3.Connection, asked: Query) -> Iterator[Found]:
    if asked.names:
        yield from _by_name(database, max(asked.names, key=len))
        return
    numbers = [*_by_shape(database, asked), *_by_constructors(database, asked)]
    unique = list(dict.fromkeys(numbers))
    for start in range(0, len(unique), 500):
        part = unique[start : start + 500]
        marks = ",".join("?" * len(part))
        rows = database.execute(f"SELECT {_COLUMNS} {_FROM} WHERE definition.id IN ({marks})", part)
        yield from (Found(*row) for row in rows)


def _by_name(database: sqlite3.Connection, name: str) -> Iterator[Found]:
    """Names with this in them: the same first, then those that begin with it, the usual ones first."""
    like = "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in name)
    rows = database.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE definition.name LIKE ? ESCAPE '\\'"
        " ORDER BY lower(definition.name) != lower(?), definition.name NOT LIKE ? ESCAPE '\\',"
        " module.dependants DESC, length(definition.name) LIMIT ?",
        (f"%{like}%", name, f"{like}%", NEAR),
    )
    yield from (Found(*row) for row in rows)


def _by_shape(database: sqlite3.Connection, asked: Query) -> list[int]:
    """What has the query's shape, or a more general one."""
    assert asked.type is not None  # noqa: S101 - only then is it asked
    shapes = list(dict.fromkeys(shape(one) for one in general(asked.type)))
    found: list[int] = []
    for one in shapes:
        rows = database.execute("SELECT id FROM definition WHERE shape = ? LIMIT ?", (one, NEAR - len(found)))
        found += [number for (number,) in rows]
        if len(found) >= NEAR:
            break
    return found


def _by_constructors(database: sqlite3.Connection, asked: Query) -> list[int]:
    """What names all the query's constructors, or else its rarest one; about as many arguments first."""
    assert asked.type is not None  # noqa: S101 - only then is it asked
    counted = sorted((_count(database, name), name) for name in constructors(asked.type))
    rare = [name for count, name in counted if count]
    for wanted in [rare, rare[:1]] if len(rare) > 1 else [rare] if rare else []:
        others = "".join(
            " AND EXISTS (SELECT 1 FROM mention AS one WHERE one.definition = id AND one.constructor = ?)"
            for _ in wanted[1:]
        )
        rows = database.execute(
            f"SELECT id FROM mention JOIN definition ON id = mention.definition WHERE constructor = ?{others}"  # noqa: S608
            " ORDER BY abs(arity - ?) LIMIT ?",
            (*wanted, len(asked.type.arguments), NEAR),
        )
        if found := [number for (number,) in rows]:
            return found
    return []


def _count(database: sqlite3.Connection, constructor: str) -> int:
    (count,) = database.execute(
        "SELECT count(*) FROM mention WHERE constructor = ?", (constructor,)
    ).fetchone()
    return int(count)


def _with_modules(database: sqlite3.Connection, one: Found) -> Found:
    """With the other modules that export it, the likeliest first."""
    if one.id == 0:
        return replace(one, modules=(one.module,))
    rows = database.execute(
        "SELECT module.name FROM export JOIN module ON module.id = export.module WHERE definition = ?"
        " ORDER BY rank LIMIT 8",
        (one.id,),
    )
    return replace(one, modules=tuple(name for (name,) in rows))

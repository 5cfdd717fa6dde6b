"""Queries whose SQL is made once: Django takes longer to build one than a database to answer it.

FILES = Prepared(lambda given: File.objects.filter(workspace=given("workspace")).values_list("path"))
rows = FILES(workspace=workspace.pk)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Slot:
    """Where a value goes."""

    name: str


class Given(Expression):
    """A value that is known only when the query is made."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_Slot(self.name),)


@dataclass(frozen=True)
class _Compiled:
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, Any]


class Prepared:
    """A query of plain columns (`values_list`) for the kind of database that is in use."""

    def __init__(self, build: Callable[[type[Given]], "QuerySet[Any, Any]"]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, **values: Any) -> Rows:
        """All rows; each `Given` of the query has its value here."""
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self._compiled.get(connection.vendor) or self._compile(connection)
        parameters = [
            _adapted(values[each.name], connection) if isinstance(each, _Slot) else each
            for each in compiled.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, parameters)
            return [_converted(row, compiled.converters, connection) for row in cursor.fetchall()]

    def _compile(self, connection: Any) -> _Compiled:
        compiler = self._build(Given).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        compiled = self._compiled[connection.vendor] = _Compiled(sql, tuple(parameters), converters)
        return compiled


def _adapted(value: Any, connection: Any) -> Any:
    """As the fields of the models would give it to the database."""
    match value:
        case UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
    return value


def _converted(row: tuple[Any, ...], converters: dict[int, Any], connection: Any) -> tuple[Any, ...]:
    if not converters:
        return row
    values = list(row)
    for index, (steps, expression) in converters.items():
        for step in steps:
            values[index] = step(values[index], expression, connection)
    return tuple(values)

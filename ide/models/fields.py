"""Columns for what users and programs say: PostgreSQL keeps no NUL, they say one all the same.

said  a NUL b   U+FDD0 b      U+FDD0 stands for nothing in any text: Unicode leaves it to programs
kept  U+FDD0 0  U+FDD0 1 b
"""

from collections.abc import Callable
from typing import Any

from django.db import models

_MARK = "\ufdd0"
_NUL, _MARK_ITSELF = f"{_MARK}0", f"{_MARK}1"


class _Kept(models.Field[Any, Any]):
    """To migrations it is Django's own field of that name: the column is the same."""

    def deconstruct(self) -> Any:
        name, _, arguments, named = super().deconstruct()
        return name, f"{models.__name__}.{type(self).__name__}", arguments, named


class TextField(_Kept, models.TextField[Any, Any]):
    def get_prep_value(self, value: Any) -> Any:
        return _each_text(super().get_prep_value(value), _kept)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return _each_text(value, _said)


class JSONField(_Kept, models.JSONField[Any, Any]):
    def get_prep_value(self, value: Any) -> Any:
        return _each_text(super().get_prep_value(value), _kept)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return _each_text(super().from_db_value(value, expression, connection), _said)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text and name in it changed."""
    match value:
        case str():
            return change(value)
        case list() | tuple():
            return [_each_text(each, change) for each in value]
        case dict():
            return {_each_text(name, change): _each_text(each, change) for name, each in value.items()}
    return value


def _kept(text: str) -> str:
    return text.replace(_MARK, _MARK_ITSELF).replace("\0", _NUL)


def _said(text: str) -> str:
    return text.replace(_NUL, "\0").replace(_MARK_ITSELF, _MARK)

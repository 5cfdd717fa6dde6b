"""Valid values of every kind of message, and one thing wrong at a time, out of their declarations."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import inspect

SHA256, SHA256_LENGTH = "^[0-9a-f]{64}$", 64


class Case(NamedTuple):
    """`field` is at fault in `params`."""

    field: str
    params: Any
    why: str


def valid(kind: inspect.Type) -> Any:
    """The least that passes."""
    match kind:
        case inspect.StructType():
            tag = {kind.tag_field: kind.tag} if kind.tag_field else {}
            return tag | {each.encode_name: valid(each.type) for each in kind.fields if each.required}
        case inspect.UnionType():
            return valid(next(each for each in kind.types if not isinstance(each, inspect.NoneType)))
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.StrType():
            return "a" * (SHA256_LENGTH if kind.pattern == SHA256 else kind.min_length or 1)
        case inspect.IntType() | inspect.FloatType():
            return kind.ge or 0
        case inspect.BoolType():
            return True
        case inspect.ListType():
            return [valid(kind.item_type)] * (kind.min_length or 0)
        case inspect.TupleType():
            return [valid(each) for each in kind.item_types]
        case inspect.DictType():
            return {}
    raise NotImplementedError(kind)


def cases(kind: inspect.Type) -> Iterator[Case]:
    """What is wrong may be anywhere in the parameters."""
    yield Case("params", 7, "no object")
    if isinstance(kind, inspect.StructType):
        yield from _of_struct(kind)


def _of_struct(kind: inspect.StructType) -> Iterator[Case]:
    usual = valid(kind)
    for each in kind.fields:
        name = each.encode_name
        if each.required:
            yield Case(name, {key: value for key, value in usual.items() if key != name}, "missing")
        for why, value in _bad(each.type):
            yield Case(name, {**usual, name: value}, why)
        for inner in _structs_in(each.type):
            for case in _of_struct(inner):
                yield Case(f"{name}.{case.field}", {**usual, name: case.params}, case.why)


def _structs_in(kind: inspect.Type) -> list[inspect.StructType]:
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return [each for each in kinds if isinstance(each, inspect.StructType)]


def _bad(kind: inspect.Type) -> Iterator[tuple[str, Any]]:
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    taken = {type(each) for each in kinds}
    yield "wrong type", "text" if taken & {inspect.ListType, inspect.TupleType} else [[]]
    if inspect.NoneType not in taken:
        yield "null", None
    for each in kinds:
        yield from _out_of_bounds(each)


def _no_text(kind: inspect.StrType) -> Iterator[tuple[str, str]]:
    if kind.max_length is not None:
        yield "too long", "a" * (kind.max_length + 1)
    if kind.min_length:
        yield "empty", ""
    if kind.pattern and "\\x00" not in kind.pattern:
        yield "other letters", "ü" * (SHA256_LENGTH if kind.pattern == SHA256 else 2)


def _out_of_bounds(kind: inspect.Type) -> Iterator[tuple[str, Any]]:
    match kind:
        case inspect.LiteralType():
            yield "not one of them", "nonsense" if isinstance(kind.values[0], str) else 999
        case inspect.StrType():
            yield from _no_text(kind)
        case inspect.IntType():
            yield "a fraction", 1.5
            if kind.ge is not None:
                yield "too small", kind.ge - 1
            if kind.le is not None:
                yield "too large", kind.le + 1
        case inspect.ListType():
            yield "a wrong item", [[[]]]
            if kind.max_length is not None:
                yield "too many", [valid(kind.item_type)] * (kind.max_length + 1)

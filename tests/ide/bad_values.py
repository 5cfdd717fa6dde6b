"""Valid parameters for every method, and one thing wrong with them at a time, out of their declarations."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import inspect


class Case(NamedTuple):
    """`field` is at fault in `params`."""

    field: str
    params: Any
    why: str


def valid(kind: inspect.Type) -> Any:
    """The least that passes."""
    match kind:
        case inspect.StructType():
            return {each.encode_name: valid(each.type) for each in kind.fields if each.required}
        case inspect.UnionType():
            return valid(next(each for each in kind.types if not isinstance(each, inspect.NoneType)))
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.StrType():
            return "a" * (kind.min_length or 1)
        case inspect.IntType() | inspect.FloatType():
            return kind.ge or 0
        case inspect.BoolType():
            return True
        case inspect.ListType():
            return [valid(kind.item_type)] * (kind.min_length or 0)
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
        inner = _struct_in(each.type)
        for case in _of_struct(inner) if inner else ():
            yield Case(f"{name}.{case.field}", {**usual, name: case.params}, case.why)


def _struct_in(kind: inspect.Type) -> inspect.StructType | None:
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return next((each for each in kinds if isinstance(each, inspect.StructType)), None)


def _bad(kind: inspect.Type) -> Iterator[tuple[str, Any]]:
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    taken = {type(each) for each in kinds}
    yield "wrong type", [[]] if inspect.ListType not in taken else "text"
    if inspect.NoneType not in taken:
        yield "null", None
    for each in kinds:
        yield from _out_of_bounds(each)


def _out_of_bounds(kind: inspect.Type) -> Iterator[tuple[str, Any]]:
    match kind:
        case inspect.LiteralType():
            yield "not one of them", "nonsense" if isinstance(kind.values[0], str) else 999
        case inspect.StrType():
            if kind.max_length is not None:
                yield "too long", "a" * (kind.max_length + 1)
            if kind.min_length:
                yield "empty", ""
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

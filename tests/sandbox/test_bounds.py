"""Everything that relay and agent say has bounds, and a line with something out of them is refused."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import msgspec
import pytest
from msgspec import inspect

from sandbox.limits import RunLimits
from sandbox.messages import Command, DecodeError, Frame, decode_command, decode_frame
from tests.bad_values import cases, valid

OURS = {RunLimits}  # what the trusted side says of itself is clamped where it is used


def unbounded(kind: inspect.Type, at: str, seen: frozenset[type]) -> Iterator[str]:
    """Where a text, list, mapping or number may be of any size."""
    if not is_bounded(kind):
        yield at
    if isinstance(kind, inspect.StructType):
        if kind.cls not in seen | OURS:
            for each in kind.fields:
                yield from unbounded(each.type, f"{at}.{each.encode_name}", seen | {kind.cls})
    else:
        for part in parts(kind):
            yield from unbounded(part, at, seen)


def is_bounded(kind: inspect.Type) -> bool:
    match kind:
        case inspect.StrType():
            return kind.max_length is not None or kind.pattern is not None
        case inspect.ListType() | inspect.DictType() | inspect.VarTupleType():
            return kind.max_length is not None
        case inspect.IntType() | inspect.FloatType():
            return (kind.ge, kind.gt) != (None, None) != (kind.le, kind.lt)
    return not isinstance(kind, inspect.AnyType | inspect.RawType | inspect.BytesType)


def parts(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    match kind:
        case inspect.Metadata():
            return (kind.type,)
        case inspect.UnionType():
            return kind.types
        case inspect.TupleType():
            return kind.item_types
        case inspect.ListType() | inspect.VarTupleType():
            return (kind.item_type,)
        case inspect.DictType():
            return (kind.key_type, kind.value_type)
    return ()


@pytest.mark.parametrize("messages", [Frame, Command], ids=["of the agent", "to the agent"])
def test_no_text_list_or_number_may_be_of_any_size(messages: Any) -> None:
    kinds = cast("inspect.UnionType", inspect.type_info(messages)).types
    assert len(kinds) > 5
    for kind in kinds:
        named = cast("inspect.StructType", kind)
        assert list(unbounded(named, named.cls.__name__, frozenset())) == []


def refused(decode: Callable[[bytes], Any], said: Any) -> bool:
    try:
        decode(msgspec.json.encode(said))
    except DecodeError:
        return True
    return False


@pytest.mark.parametrize(
    ("messages", "decode"), [(Frame, decode_frame), (Command, decode_command)], ids=["frames", "commands"]
)
def test_one_thing_that_is_wrong_in_a_line_refuses_it(messages: Any, decode: Callable[[bytes], Any]) -> None:
    tried = 0
    for kind in cast("inspect.UnionType", inspect.type_info(messages)).types:
        named = cast("inspect.StructType", kind)
        assert isinstance(decode(msgspec.json.encode(valid(named))), named.cls)
        for case in cases(named):
            assert refused(decode, case.params), (named.cls.__name__, case.field, case.why)
            tried += 1
    assert tried > 100

"""The protocol's declarations as TypeScript."""

from collections.abc import Iterable
from enum import IntEnum
from types import UnionType
from typing import get_args

import msgspec
from msgspec import inspect

from ide import protocol

HEADER = "// Rendered by `manage.py protocol` from ide/protocol. Do not edit."


class Renderer:
    """Renders types, and remembers the structs that it met on the way.

    The client may leave out a field with a default; the server does so only where the struct says it.
    """

    def __init__(self) -> None:
        self.structs: dict[str, str] = {}
        self._from_server = False

    def sent(self, annotation: object) -> str:
        """The type of what the client says."""
        self._from_server = False
        return self._render(inspect.type_info(annotation))

    def received(self, annotation: object) -> str:
        """The type of what the server says; msgspec knows no union of structs without tags."""
        self._from_server = True
        parts = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
        return " | ".join(self._render(inspect.type_info(part)) for part in parts)

    def _render(self, node: inspect.Type) -> str:
        match node:
            case inspect.Metadata():
                return self._render(node.type)
            case inspect.StructType():
                return self._struct(node)
            case inspect.UnionType():
                return " | ".join(self._render(part) for part in node.types)
            case inspect.LiteralType():
                return " | ".join(msgspec.json.encode(value).decode() for value in node.values)
            case inspect.DictType():
                return f"Record<{self._render(node.key_type)}, {self._render(node.value_type)}>"
            case inspect.ListType() | inspect.VarTupleType():
                inner = self._render(node.item_type)
                return f"({inner})[]" if "|" in inner else f"{inner}[]"
            case inspect.TupleType():
                return f"[{', '.join(self._render(part) for part in node.item_types)}]"
            case _:
                return _scalar(node)

    def _struct(self, node: inspect.StructType) -> str:
        name = node.cls.__name__
        if name not in self.structs:
            self.structs[name] = ""  # a struct may refer to itself
            self.structs[name] = self._interface(node)
        return name

    def _interface(self, node: inspect.StructType) -> str:
        lines = [f"export interface {node.cls.__name__} {{"]
        if node.tag is not None:
            lines.append(f"  {node.tag_field}: {msgspec.json.encode(node.tag).decode()};")
        for field in node.fields:
            optional = "?" if self._may_lack(node, field) else ""
            lines.append(f"  {field.encode_name}{optional}: {self._render(field.type)};")
        return "\n".join([*_comment(node.cls), *lines, "}"])

    def _may_lack(self, node: inspect.StructType, field: inspect.Field) -> bool:
        always = self._from_server and not node.cls.__struct_config__.omit_defaults
        return not (field.required or always)


def _comment(declared: type) -> list[str]:
    text = vars(declared).get("__doc__")
    return [f"/** {' '.join(text.split())} */"] if text else []


def _scalar(node: inspect.Type) -> str:
    match node:
        case inspect.StrType():
            return "string"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
    raise TypeError(f"No TypeScript for {node!r}")


def _constants(declared: type[IntEnum]) -> str:
    members = "".join(f"  {member.name}: {member.value},\n" for member in declared)
    return "\n".join([*_comment(declared), f"export const {declared.__name__} = {{\n{members}}} as const;"])


def _table(name: str, comment: str, rows: Iterable[tuple[str, str]]) -> str:
    body = "".join(f'  "{method}": {value};\n' for method, value in rows)
    return f"/** {comment} */\nexport interface {name} {{\n{body}}}"


def render() -> str:
    """The whole of `frontend/src/protocol.ts`."""
    types = Renderer()
    requests = [
        (name, f"{{ params: {types.sent(call.params)}; result: {types.received(call.result)} }}")
        for name, call in protocol.REQUESTS.items()
    ]
    sent = [(name, types.sent(params)) for name, params in protocol.CLIENT_NOTIFICATIONS.items()]
    events = " | ".join(types.received(event) for event in protocol.RUN_EVENTS)
    head = types.received(protocol.NumberedEvent)
    received = [(name, types.received(params)) for name, params in protocol.SERVER_NOTIFICATIONS.items()]
    received.append(("run/event", "RunEvent"))
    blocks = [
        HEADER,
        _constants(protocol.ErrorCode),
        _constants(protocol.CloseCode),
        *types.structs.values(),
        f"export type RunEvent = {head} & ({events});",
        _table("Requests", "What the client asks.", requests),
        _table("ClientNotifications", "What the client tells.", sent),
        _table("ServerNotifications", "What the server tells.", received),
    ]
    return "\n\n".join(blocks) + "\n"

"""JSON-RPC 2.0, strictly: one message a frame in, answers and notifications out."""

import json
import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from ide.halves import SENTENCE, half_in
from ide.protocol import ErrorCode

Id = int | Annotated[str, Meta(max_length=256)] | None

_encode = msgspec.json.Encoder().encode


class Refusal(Exception):
    """The answer is an error: `message` is a sentence, `data` says the limit and the value."""

    def __init__(self, code: ErrorCode, message: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


class Message(msgspec.Struct, frozen=True):
    """A request, a notification (no `id`), or a client's answer (no `method`)."""

    jsonrpc: Literal["2.0"]
    id: Id | UnsetType = UNSET
    method: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    params: Raw = Raw(b"{}")
    result: Raw | UnsetType = UNSET
    error: Raw | UnsetType = UNSET

    @property
    def is_answer(self) -> bool:
        return self.method is UNSET and (self.result is not UNSET or self.error is not UNSET)


class _Identified(msgspec.Struct):
    id: Id = None


_NONE = Raw(b"{}")  # what `"params": null` means, which several editors send
_message = msgspec.json.Decoder(Message)
_identified = msgspec.json.Decoder(_Identified)


def decode(text: str) -> Message:
    """The message, or a Refusal."""
    try:
        message = _message.decode(text)
    except msgspec.ValidationError as error:
        raise Refusal(ErrorCode.INVALID_REQUEST, _not_a_message(text, error)) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise _unreadable(text, error) from None
    if message.method is UNSET and not message.is_answer:
        raise Refusal(ErrorCode.INVALID_REQUEST, "method: is missing.")
    return message


def id_of(text: str) -> Id:
    """The id of a message that is otherwise wrong; None when it has none."""
    try:
        if half_in(text) is not None:
            text = json.dumps({"id": json.loads(text).get("id")})
        return _identified.decode(text).id
    except (msgspec.DecodeError, RecursionError, AttributeError):
        return None


def _unreadable(text: str, error: Exception) -> Refusal:
    """Why it is no JSON that can be taken."""
    place = half_in(text)
    if place is None:
        return Refusal(ErrorCode.PARSE_ERROR, f"This is not JSON: {_plain(str(error))}.")
    inner = place[1:] if place[:1] == ("params",) else place
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inner).lstrip(".")
    field = field or "params"
    return Refusal(ErrorCode.PARSE_ERROR, f"{field} {SENTENCE}.", {"field": field})


def decode_params(decoder: "msgspec.json.Decoder[Any]", params: Raw) -> Any:
    """The parameters, or a Refusal that names the field."""
    try:
        return decoder.decode(_NONE if bytes(params) == b"null" else params)
    except msgspec.ValidationError as error:
        field, sentence = explain(str(error))
        raise Refusal(ErrorCode.INVALID_PARAMS, f"{field}: {sentence}.", {"field": field}) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(ErrorCode.PARSE_ERROR, f"params: this is not JSON: {_plain(str(error))}.") from None


def answer(message_id: Id, result: object) -> str:
    return _encode({"jsonrpc": "2.0", "id": message_id, "result": result}).decode()


def refuse(message_id: Id, refusal: Refusal) -> str:
    error: dict[str, object] = {"code": int(refusal.code), "message": refusal.message}
    if refusal.data is not None:
        error["data"] = refusal.data
    return _encode({"jsonrpc": "2.0", "id": message_id, "error": error}).decode()


def notification(method: str, params: object) -> str:
    return _encode({"jsonrpc": "2.0", "method": method, "params": params}).decode()


def request(message_id: str, method: str, params: object) -> str:
    """A request of ours; nobody waits for its answer."""
    return _encode({"jsonrpc": "2.0", "id": message_id, "method": method, "params": params}).decode()


# --- what msgspec says, in words for whoever wrote the message ----------------------------------------

_LACKS = re.compile(r"Object missing required field `([^`]+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `([^`]+)`")


def explain(error: str) -> tuple[str, str]:
    """The field at fault, as a path from the parameters, and what is wrong with it."""
    what, _, path = error.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    if lacks := _LACKS.match(what):
        return _join(path, lacks[1]), "is missing"
    if unknown := _UNKNOWN.match(what):
        return _join(path, unknown[1]), "is not a field of this method"
    return path or "params", _plain(what)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _plain(text: str) -> str:
    words = {"`": "", "str ": "text ", "Expected": "expected", "Invalid enum value": "unknown value"}
    for technical, plain in words.items():
        text = text.replace(technical, plain)
    return text if text.startswith("JSON ") else text[:1].lower() + text[1:]


def _not_a_message(text: str, error: msgspec.ValidationError) -> str:
    if text.lstrip()[:1] == "[":
        return "Batches are not supported: send one message a frame."
    field, sentence = explain(str(error))
    return f"This is not a JSON-RPC 2.0 message: {field if field != 'params' else 'it'}: {sentence}."

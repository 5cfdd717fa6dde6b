"""What messages of every family are made of."""

from enum import IntEnum
from typing import Annotated

import msgspec
from msgspec import Meta

ROOT = "file:///work"

Integer = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Words = Annotated[str, Meta(max_length=4096, pattern=r"^[^\x00]*$")]
Uri = Annotated[str, Meta(min_length=1, max_length=1024)]


class ErrorCode(IntEnum):
    """JSON-RPC's, LSP's and our own."""

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    SERVER_NOT_INITIALIZED = -32002
    REQUEST_CANCELLED = -32800
    CONTENT_MODIFIED = -32801
    REQUEST_FAILED = -32803
    QUOTA = 1
    POOL_FULL = 2
    SESSION_LOST = 3
    NOT_ALLOWED = 4
    UNKNOWN_RUN = 5


class CloseCode(IntEnum):
    """Why the server closed the socket."""

    DONE = 1000
    LOGIN_EXPIRED = 4001
    NO_SUCH_WORKSPACE = 4004
    FLOOD = 4008
    TOO_MANY_SOCKETS = 4009


class Lenient(msgspec.Struct, frozen=True, rename="camel"):
    """Unknown fields are ignored, as LSP asks."""


class Strict(Lenient, frozen=True, forbid_unknown_fields=True):
    """Unknown fields are the caller's mistake."""


class Nothing(Strict, frozen=True):
    """`{}`"""


class Empty(Lenient, frozen=True):
    """Parameters of which nothing is read."""

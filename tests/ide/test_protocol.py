"""The declared messages, their handlers and their page belong together."""

from pathlib import Path

import msgspec
import pytest

from ide import protocol
from ide.models import User, Workspace
from ide.socket.connection import Connection
from ide.socket.dispatch import Dispatcher
from ide.socket.flood import Bucket
from ide.socket.window import Window

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
SAID = [*protocol.REQUESTS, *protocol.CLIENT_NOTIFICATIONS]


async def _unheard(text: str) -> None:
    raise AssertionError(text)


@pytest.fixture
def dispatcher() -> Dispatcher:
    window = Window(Workspace(user=User(), name="w"), _unheard, Bucket(1, 1))
    return Connection(window, {"exit": _unheard})._dispatcher


def test_every_declared_method_has_a_handler_and_no_other(dispatcher: Dispatcher) -> None:
    assert set(dispatcher._handlers) == set(SAID)


@pytest.mark.parametrize(
    "method", [*SAID, *protocol.SERVER_NOTIFICATIONS, *protocol.SERVER_REQUESTS, "run/event"]
)
def test_every_method_is_on_its_page(method: str) -> None:
    assert method.removeprefix("textDocument/") in PAGE


@pytest.mark.parametrize("code", [int(code) for code in (*protocol.ErrorCode, *protocol.CloseCode)])
def test_every_code_is_on_its_page(code: int) -> None:
    unused = {-32800, -32801, 1000}
    assert code in unused or str(code) in PAGE


@pytest.mark.parametrize("name", [name for name, call in protocol.REQUESTS.items() if "/" in name])
def test_our_own_methods_refuse_unknown_fields(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"surprise":1}', type=protocol.REQUESTS[name].params)

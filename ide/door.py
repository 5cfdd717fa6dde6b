"""The process's way into the sandbox: one client for each event loop that asks."""

import asyncio
from weakref import WeakKeyDictionary

from sandbox.client import Client
from sandbox.config import config

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Client] = WeakKeyDictionary()
_substitute: Client | None = None


def door() -> Client:
    """The running loop's client."""
    if _substitute is not None:
        return _substitute
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = Client(config())
    return _clients[loop]


def use(client: Client | None) -> None:
    """Put another client in the place of all (for tests); None takes it away."""
    global _substitute
    _substitute = client

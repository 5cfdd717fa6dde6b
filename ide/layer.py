"""What stands around every request, under the event loop and in a thread alike."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

Response = HttpResponseBase | Awaitable[HttpResponseBase]


class Layer:
    """A middleware: `before` sees the request on its way in, `after` makes the response of what comes out."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Response:
        self.before(request)
        if self._is_async:
            return self._later(request)
        return self.after(request, self._get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return self.after(request, await self._get_response(request))

    def before(self, request: HttpRequest) -> None:
        """Change the request."""

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, or another one."""
        return response

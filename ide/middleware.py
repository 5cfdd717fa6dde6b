"""What every response passes: files from where they lie, and a strict content security policy."""

import secrets
from collections.abc import Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from ide.layer import Layer, Response

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types
    """WhiteNoise that also runs where the event loop is, so that a caller who hangs up is noticed there."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Response]) -> None:
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Response:
        found = self._find(request)
        if self.is_async:
            return self._answer(request, found)
        return found or cast("HttpResponseBase", self.get_response(request))

    async def _answer(self, request: HttpRequest, found: HttpResponse | None) -> HttpResponseBase:
        return found or cast("HttpResponseBase", await self.get_response(request))

    def _find(self, request: HttpRequest) -> HttpResponse | None:
        """A built file is small: it is sent in one piece, because async Django can't stream a file well."""
        path = request.path_info
        static = self.find_file(path) if self.autorefresh else self.files.get(path)
        if static is None or request.method not in ("GET", "HEAD"):
            return None
        try:
            answer = static.get_response(request.method, request.META)
        except FileNotFoundError:  # of an older build, which was replaced under us
            return None
        content = b""
        if answer.file is not None:
            with answer.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(answer.status))
        del response["Content-Type"]
        for name, value in answer.headers:
            response[name] = value
        return response


class ContentSecurityPolicy(Layer):
    """Only our own files, and what carries this response's nonce (`request.csp_nonce`)."""

    def before(self, request: HttpRequest) -> None:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        nonce = request.csp_nonce  # type: ignore[attr-defined]
        response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response

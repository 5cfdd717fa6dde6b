"""Who opens a socket: a program by its token, or a browser by its cookie and only from our own pages."""

from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from ide.accounts.access import user_of_headers
from ide.models import User

Headers = list[tuple[bytes, bytes]]


class Credential(NamedTuple):
    """What a caller showed: an Authorization header, or else the key of a browser's session."""

    authorization: str | None
    session: str | None

    def user(self) -> User | None:
        """Whose it is at this moment; None when it holds no longer. Uses the database."""
        return user_of_headers(self.authorization, self.session)


def credential(headers: Headers) -> Credential | None:
    """What the handshake shows; None when a page of another origin sent it."""
    authorization = _first(headers, b"authorization")
    if authorization is not None:
        return Credential(authorization, None)
    return Credential(None, _session(headers)) if same_origin(headers) else None


def same_origin(headers: Headers) -> bool:
    """Whether the one Origin is the very host that was asked, and that host is ours."""
    host = _first(headers, b"host") or ""
    if [name for name, _ in headers].count(b"origin") != 1:
        return False
    origin = urlsplit(_first(headers, b"origin") or "")
    scheme = "https" if settings.HTTPS else "http"
    name, _ = split_domain_port(host)
    return origin.scheme == scheme and origin.netloc == host and validate_host(name, settings.ALLOWED_HOSTS)


def _session(headers: Headers) -> str | None:
    try:
        cookie = SimpleCookie(_first(headers, b"cookie") or "").get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return cookie.value if cookie else None


def _first(headers: Headers, wanted: bytes) -> str | None:
    return next((value.decode("latin1") for name, value in headers if name == wanted), None)

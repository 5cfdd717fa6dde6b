"""Every error as RFC 9457 `application/problem+json`, with a sentence that says what to change."""

import logging
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pydantic
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from ide import units
from ide.exceptions import Fault, Full, Invalid, NotFound, Refused, TooLarge, Unavailable
from ide.layer import Layer
from sandbox.exceptions import NoHost, PoolFull
from sandbox.limits import WORKSPACE_BYTES

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 10
ROOT = "/api/"
WORDS = {
    400: ("The request is not valid", "The request is malformed."),
    404: ("Not found", "There is no such call. All calls are at /api/v1/docs."),
    405: ("Method not allowed", "This address does not take that method. All calls are at /api/v1/docs."),
}


def problem(status: int, title: str, detail: str, **more: Any) -> JsonResponse:
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    content |= {key: value for key, value in more.items() if value is not None}
    return JsonResponse(content, status=status, content_type=CONTENT_TYPE)


def of_fault(request: HttpRequest, fault: Fault) -> JsonResponse:
    """A caller's fault, with the limit and its value where it is a quota."""
    refused = fault if isinstance(fault, Refused) else None
    response = problem(
        fault.status,
        fault.title,
        fault.sentence,
        field=fault.field,
        limit=refused and refused.limit,
        value=refused and refused.value,
    )
    if fault.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if fault.status in (429, 503):
        response["Retry-After"] = str((refused and refused.retry_seconds) or RETRY_SECONDS)
    return response


def install(api: NinjaAPI) -> None:
    """Give the API its exception handlers."""
    for kind, fault_of in FAULTS.items():
        api.add_exception_handler(kind, partial(_handle, fault_of))
    api.add_exception_handler(Exception, _of_our_fault)


def _handle(fault_of: Callable[[Any], Fault], request: HttpRequest, error: Any) -> JsonResponse:
    return of_fault(request, fault_of(error))


def of_validation(errors: Sequence[dict[str, Any]]) -> Fault:
    """What pydantic found first, in words."""
    error = errors[0]
    field = _field(error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    name = f"“{field}”" if field else "The body"
    if kind == "missing":
        sentence = f"{name} is missing."
    elif kind == "extra_forbidden":
        sentence = f"{name} is not a field of this request."
    elif kind == "string_too_long":
        sentence = f"{name} is longer than {context['max_length']} characters."
    elif kind == "literal_error":
        sentence = f"{name} must be {context['expected']}."
    else:
        message = str(error["msg"]).removeprefix("Value error, ")
        sentence = f"{name}: {message[:1].lower()}{message[1:]}."
    return Invalid(sentence, field or None)


def _field(location: Sequence[Any]) -> str:
    """Where in what was sent: `("body", "payload", "limits", "wallSeconds")` → `limits.wallSeconds`."""
    inner = list(location)
    for around in (("body", "query", "path", "form", "file"), ("payload",)):
        if inner and inner[0] in around:
            del inner[0]
    return ".".join(str(part)[:80] for part in inner if part != "[key]")


def _of_http_error(error: HttpError) -> Fault:
    if isinstance(error.__cause__, Fault):
        return error.__cause__
    fault = Fault(str(error))
    fault.status = error.status_code
    return fault


def _too_big() -> Fault:
    return TooLarge(f"The body is too large: all files together have at most {units.size(WORKSPACE_BYTES)}.")


def _of_our_fault(request: HttpRequest, error: Any) -> JsonResponse:
    number = uuid.uuid4().hex[:12]
    logger.error("internal error %s at %s %s", number, request.method, request.path, exc_info=error)
    return problem(500, "Internal error", f"That was our fault. It is in our log as {number}.", id=number)


FAULTS: dict[type[Exception], Callable[[Any], Fault]] = {
    Fault: lambda fault: fault,
    ValidationError: lambda error: of_validation(error.errors),
    pydantic.ValidationError: lambda error: of_validation(error.errors()),
    HttpError: _of_http_error,
    Http404: lambda error: NotFound("There is nothing here."),
    RequestDataTooBig: lambda error: _too_big(),
    SuspiciousOperation: lambda error: Invalid("The request is malformed."),
    MultiPartParserError: lambda error: Invalid("The form can't be read: send it as multipart/form-data."),
    BadRequest: lambda error: Invalid("The request is malformed."),
    PoolFull: lambda error: Full(str(error)),
    NoHost: lambda error: Unavailable(str(error)),
}


class Problems(Layer):
    """Makes problems of answers under the API's path that came from elsewhere: no such call, wrong method."""

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code not in WORDS or not request.path.startswith(ROOT):
            return response
        if response.get("Content-Type") == CONTENT_TYPE:
            return response
        title, detail = WORDS[response.status_code]
        answer = problem(response.status_code, title, detail)
        if response.has_header("Allow"):
            answer["Allow"] = response["Allow"]
        return answer

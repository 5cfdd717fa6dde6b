"""What a caller did wrong or may not do: each is a sentence that says what to change.

REST answers with its `status`, the WebSocket with its sentence. Our own faults are never one of these.
"""


class Fault(Exception):
    """A caller's fault; `field` names the part of the request, where there is one."""

    status = 400
    title = "The request is not valid"

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Invalid(Fault):
    """A value is missing, of the wrong type, or out of bounds."""


class Unauthorized(Fault):
    status = 401
    title = "Sign in first"


class Forbidden(Fault):
    status = 403
    title = "Not allowed"


class NotFound(Fault):
    status = 404
    title = "Not found"


class Conflict(Fault):
    status = 409
    title = "Conflict"


class PreconditionFailed(Fault):
    status = 412
    title = "Changed elsewhere"


class TooLarge(Fault):
    status = 413
    title = "Too large"


class Refused(Fault):
    """A quota is used up; `limit` names it, `value` is what the plan allows."""

    status = 429
    title = "Over your quota"

    def __init__(self, sentence: str, limit: str, value: float, retry_seconds: int | None = None) -> None:
        super().__init__(sentence)
        self.limit = limit
        self.value = value
        self.retry_seconds = retry_seconds


class NotInPlan(Refused):
    """The plan does not include this at all."""

    status = 403
    title = "Not in your plan"


class Unavailable(Fault):
    status = 503
    title = "Not available"


class Full(Fault):
    """No room came free in time."""

    status = 429
    title = "All machines are busy"

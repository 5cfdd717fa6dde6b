"""Whatever went wrong, as the error that the caller is told."""

import logging
import uuid

from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from ide.exceptions import Fault, Forbidden, NotFound, NotInPlan, Refused
from ide.protocol import ErrorCode
from ide.socket.jsonrpc import Refusal
from sandbox.exceptions import InboxFull, NoHost, PoolFull, SessionAsleep, SessionLost, UnknownRun

logger = logging.getLogger(__name__)

SANDBOX: dict[type[Exception], ErrorCode] = {
    PoolFull: ErrorCode.POOL_FULL,
    NoHost: ErrorCode.POOL_FULL,
    SessionLost: ErrorCode.SESSION_LOST,
    SessionAsleep: ErrorCode.SESSION_LOST,
    InboxFull: ErrorCode.REQUEST_FAILED,
    UnknownRun: ErrorCode.UNKNOWN_RUN,
}


def refusal_of(error: Exception) -> Refusal:
    """The caller's faults in their own words; ours only with a number under which the log has them."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, Fault):
        return _of_caller(error)
    if type(error) in SANDBOX:
        return Refusal(SANDBOX[type(error)], str(error))
    return _of_ours(error)


def _of_caller(fault: Fault) -> Refusal:
    match fault:
        case Refused():
            code = ErrorCode.NOT_ALLOWED if isinstance(fault, NotInPlan) else ErrorCode.QUOTA
            return Refusal(code, fault.sentence, {"limit": fault.limit, "value": fault.value})
        case Forbidden():
            return Refusal(ErrorCode.NOT_ALLOWED, fault.sentence)
        case NotFound():
            return Refusal(ErrorCode.REQUEST_FAILED, fault.sentence)
    return Refusal(ErrorCode.INVALID_PARAMS, fault.sentence, {"field": fault.field} if fault.field else None)


def _of_ours(error: Exception) -> Refusal:
    if isinstance(error, RedisError | DatabaseError | OSError):
        logger.warning("A part of the service is away: %r", error)
        return Refusal(ErrorCode.INTERNAL_ERROR, "A part of the service is away. Try again in a moment.")
    number = uuid.uuid4().hex[:12]
    logger.error("Internal error %s", number, exc_info=error)
    return Refusal(
        ErrorCode.INTERNAL_ERROR, f"This failed on our side (internal error {number}).", {"id": number}
    )

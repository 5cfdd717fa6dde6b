"""The Lua scripts in `lua/`: each is one atomic step, and the only way in which a relay writes to Redis.

Scripts get the names of `keys.py` and the numbers of `limits.py` as locals, so both are stated once.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

from redis.exceptions import NoScriptError, ResponseError

from sandbox import keys, limits
from sandbox.exceptions import (
    Fenced,
    InboxFull,
    PoolFull,
    ProtocolBreach,
    SandboxError,
    SessionAsleep,
    SessionLost,
)

FOLDER = Path(__file__).parent / "lua"
NUMBERS = {
    "RUN_EVENTS_BYTES": limits.RUN_EVENTS_BYTES,
    "RUN_EVENTS_SECONDS": limits.RUN_EVENTS_SECONDS,
    "RUN_AWAITED_SECONDS": limits.RUN_AWAITED_SECONDS,
    "RUN_KEYS_SECONDS": limits.RUN_KEYS_SECONDS,
    "SESSION_EVENTS_COUNT": limits.SESSION_EVENTS,
    "SESSION_EVENTS_BYTES": limits.SESSION_EVENTS_BYTES,
    "OUTPUT_SLACK_BYTES": limits.OUTPUT_SLACK_BYTES,
    "OUTPUT_TAIL_BYTES": limits.OUTPUT_TAIL_BYTES,
    "FOLLOWER_WINDOW_BYTES": limits.FOLLOWER_WINDOW_BYTES,
    "FOLLOWER_LIVE_SECONDS": limits.FOLLOWER_LIVE_SECONDS,
    "INBOX_MESSAGES": limits.INBOX_MESSAGES,
    "INBOX_BYTES": limits.INBOX_BYTES,
    "QUEUE_SESSIONS": limits.QUEUE_SESSIONS,
}
FAULTS: dict[str, SandboxError] = {
    "FENCED": Fenced(),
    "LOST": SessionLost(),
    "ASLEEP": SessionAsleep(),
    "FULL": PoolFull(),
    "BACKLOG": InboxFull(),
    "GAP": ProtocolBreach("A frame is missing."),
    "FLOOD": ProtocolBreach("A run prints more than it may."),
    "FOREIGN": ProtocolBreach("A frame speaks of another session's run."),
}

Call = tuple[str, tuple[Any, ...]]  # a script's name and its arguments


@cache
def sources() -> dict[str, str]:
    """Every script by name, whole."""
    names = {name: value for name, value in vars(keys).items() if name.isupper()}
    locals_ = [f"local {name} = '{value}'\n" for name, value in names.items()]
    locals_ += [f"local {name} = {value}\n" for name, value in NUMBERS.items()]
    common = "".join(locals_) + (FOLDER / "common.lua").read_text()
    return {file.stem: common + file.read_text() for file in FOLDER.glob("*.lua") if file.stem != "common"}


@cache
def digest(name: str) -> str:
    """What Redis knows the script by."""
    return sha1(sources()[name].encode(), usedforsecurity=False).hexdigest()


def translated(result: Any) -> Any:
    """A script's result; its fault raised as ours."""
    if isinstance(result, ResponseError):
        fault = FAULTS.get(str(result).removeprefix("ERR ").split(" ")[0])
        raise (type(fault)(*fault.args) if fault else result) from None
    if isinstance(result, Exception):
        raise result
    return result


def run(redis: Any, name: str, *args: Any) -> Any:
    """One script. Blocks."""
    return run_all(redis, [(name, args)])[0]


def run_all(redis: Any, calls: Sequence[Call]) -> list[Any]:
    """Several scripts in one round trip, in order; raises the first fault after all were tried. Blocks."""
    results = _execute(redis, calls)
    missing = [index for index, result in enumerate(results) if isinstance(result, NoScriptError)]
    if missing:
        _load(redis)
        for index, result in zip(missing, _execute(redis, [calls[index] for index in missing]), strict=True):
            results[index] = result
    return [translated(result) for result in results]


def _execute(redis: Any, calls: Iterable[Call]) -> list[Any]:
    pipeline = redis.pipeline(transaction=False)
    for name, args in calls:
        pipeline.evalsha(digest(name), 0, *args)
    return list(pipeline.execute(raise_on_error=False))


def _load(redis: Any) -> None:
    pipeline = redis.pipeline(transaction=False)
    for source in sources().values():
        pipeline.script_load(source)
    pipeline.execute()


async def run_async(redis: Any, name: str, *args: Any) -> Any:
    """One script, for the event loop."""
    try:
        return await redis.evalsha(digest(name), 0, *args)
    except NoScriptError:
        return await _eval(redis, name, args)
    except ResponseError as error:
        return translated(error)


async def _eval(redis: Any, name: str, args: tuple[Any, ...]) -> Any:
    try:
        return await redis.eval(sources()[name], 0, *args)
    except ResponseError as error:
        return translated(error)


async def run_last(pipeline: Any, name: str, *args: Any) -> Any:
    """What waits in the pipeline and then the script, in one round trip; for the event loop."""
    pipeline.evalsha(digest(name), 0, *args)
    *others, result = await pipeline.execute(raise_on_error=False)
    for other in others:
        translated(other)
    if isinstance(result, NoScriptError):
        pipeline.eval(sources()[name], 0, *args)
        (result,) = await pipeline.execute(raise_on_error=False)
    return translated(result)

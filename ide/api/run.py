"""One program, one answer."""

import hashlib
import uuid
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from ide import pool
from ide.api.authentication import user_of
from ide.api.bodies import In, Out, Texts
from ide.api.runs import Timings, Usage
from ide.api.workspaces import Arguments, Entry, Optimization, Toolchain
from ide.database import in_database
from ide.exceptions import Invalid, TooLarge
from ide.models import IdempotencyKey, Run, User
from ide.oneshot import OneShot, lowered, run_once
from ide.protocol.runs import STDIN_BYTES
from ide.quota.standing import allowance_of
from ide.runs import check_size
from ide.unnamed import opening_for
from ide.workspaces import files, paths
from sandbox.messages import Start, to_wire

router = Router(tags=["runs"], by_alias=True)

KEY_CHARACTERS = 200


class LimitsIn(In):
    """They can only lower the plan's own."""

    wall_seconds: Annotated[float, Field(ge=1, le=3600)] | None = None
    memory_bytes: Annotated[int, Field(ge=256 * 1024**2, le=8 * 1024**3)] | None = None


class RunIn(In):
    files: Texts
    toolchain: Toolchain | None = None
    entry: Entry | None = None
    mode: Literal["interpret", "compile"] = "interpret"
    optimization: Optimization = 1
    args: Arguments = []
    stdin: Annotated[str, Field(max_length=STDIN_BYTES)] = ""
    limits: LimitsIn = LimitsIn()


def _level(payload: RunIn) -> Literal[0, 1, 2] | None:
    """None where the request leaves it to the package's description."""
    said = "optimization" in payload.model_fields_set
    return cast("Literal[0, 1, 2]", payload.optimization) if said else None


class Truncated(Out):
    stdout: bool
    stderr: bool


class UsedToolchain(Out):
    name: str
    ghc: str
    digest: str


class RunAnswer(Out):
    id: str
    outcome: str
    phase: str | None
    exit_code: int | None
    signal: str | None
    reason: str | None
    stdout: str
    stderr: str
    truncated: Truncated
    diagnostics: list[dict[str, Any]]
    timings: Timings
    usage: Usage
    toolchain: UsedToolchain


@router.post("/run", response=RunAnswer, summary="Run one program and get one answer")
async def run_program(request: HttpRequest, payload: RunIn) -> dict[str, Any]:
    """Answers 200 whatever the program did. A caller that hangs up stops the run.

    `Idempotency-Key`: a repeated call within 24 hours returns the first answer.
    """
    user = user_of(request)
    key = _key(user, request)
    one = await in_database(_prepare, user, payload)
    return await run_once(one, key)


def _key(user: User, request: HttpRequest) -> IdempotencyKey | None:
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    if not (0 < len(text) <= KEY_CHARACTERS and text.isascii() and text.isprintable()):
        raise Invalid(f"Idempotency-Key must be 1 to {KEY_CHARACTERS} ASCII characters.", "Idempotency-Key")
    digest = hashlib.sha256(request.body).hexdigest()
    return IdempotencyKey(user=user, key=text, request_digest=digest)


def _prepare(user: User, payload: RunIn) -> OneShot:
    """Check everything, and say what is to be run."""
    _check_files(payload)
    if len(payload.stdin.encode()) > STDIN_BYTES:
        raise TooLarge(f"“stdin” has at most {STDIN_BYTES} bytes.", "stdin")
    toolchain, allowance = pool.toolchain(payload.toolchain), allowance_of(user)
    contents = {path: text.encode() for path, text in payload.files.items()}
    limits = lowered(allowance.run_limits(), payload.limits.wall_seconds)
    run_id = uuid.uuid4()
    start = Start(
        run_id=run_id.hex,
        mode=payload.mode,
        limits=limits,
        entry=payload.entry,
        optimization=_level(payload),
        args=payload.args,
        stdin=payload.stdin,
        manifest={path: hashlib.sha256(data).hexdigest() for path, data in contents.items()},
    )
    check_size(start)
    run = Run(
        id=run_id,
        user=user,
        session_id=run_id.hex,
        toolchain_name=toolchain.name,
        toolchain_digest=toolchain.digest,
        mode=payload.mode,
        entry=payload.entry or "",
        start=to_wire(start),
    )
    return OneShot(
        run=run,
        start=start,
        opening=opening_for(run, allowance, payload.limits.memory_bytes),
        contents=list(contents.values()),
        toolchain={"name": toolchain.name, "ghc": toolchain.ghc, "digest": toolchain.digest},
        output_bytes=limits.output_bytes,
    )


def _check_files(payload: RunIn) -> None:
    if not payload.files:
        raise Invalid("“files” is empty: send at least one file.", "files")
    files.check_all(payload.files)
    if payload.entry is not None and paths.check(payload.entry, "entry") not in payload.files:
        raise Invalid(f"“entry” is {paths.shorten(payload.entry)}, which is not among the files.", "entry")

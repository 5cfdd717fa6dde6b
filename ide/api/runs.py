"""My runs: how they ended and what they cost."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from ide.accounts.access import as_uuid
from ide.api.authentication import user_of
from ide.api.bodies import Out
from ide.database import in_database
from ide.exceptions import NotFound
from ide.models import Run, User

router = Router(tags=["runs"], by_alias=True)


class Timings(Out):
    queued_seconds: float
    compile_seconds: float
    run_seconds: float


class Usage(Out):
    cpu_seconds: float
    peak_memory_bytes: int


class RunOut(Out):
    id: str
    workspace_id: str | None
    toolchain: str
    mode: str
    entry: str | None
    state: str
    outcome: str | None
    phase: str | None
    exit_code: int | None
    signal: str | None
    reason: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    timings: Timings
    usage: Usage
    stdout_bytes: int
    stderr_bytes: int


class RunDetail(RunOut):
    """`stdout` and `stderr` are the last 64 KiB."""

    diagnostics: list[dict[str, Any]]
    stdout: str
    stderr: str


@router.get("/runs", response=list[RunOut], summary="My runs, the latest first")
async def list_runs(
    request: HttpRequest,
    limit: Annotated[int, Query(), Field(ge=1, le=500)] = 50,
    before: datetime | None = None,
) -> list[dict[str, Any]]:
    """`before` is the `createdAt` of the last run of the page before."""
    return await in_database(_list, user_of(request), limit, before)


@router.get("/runs/{run_id}", response=RunDetail, summary="One run with the end of its output")
async def get_run(request: HttpRequest, run_id: str) -> dict[str, Any]:
    return await in_database(_detail, user_of(request), run_id)


def _list(user: User, limit: int, before: datetime | None) -> list[dict[str, Any]]:
    rows = user.runs.defer("stdout", "stderr", "diagnostics", "start")
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    return [_summary(run) for run in rows[:limit]]


def _detail(user: User, run_id: str) -> dict[str, Any]:
    number = as_uuid(run_id)
    run = user.runs.filter(pk=number).first() if number else None
    if run is None:
        raise NotFound("There is no such run among yours.")
    return {**_summary(run), "diagnostics": run.diagnostics, "stdout": run.stdout, "stderr": run.stderr}


def _summary(run: Run) -> dict[str, Any]:
    same = ("mode", "state", "outcome", "exit_code", "created_at", "started_at", "ended_at")
    return {
        **{name: getattr(run, name) for name in (*same, "stdout_bytes", "stderr_bytes")},
        **{name: getattr(run, name) or None for name in ("entry", "phase", "signal", "reason")},
        "id": run.run_id,
        "workspace_id": run.workspace_id and run.workspace_id.hex,
        "toolchain": run.toolchain_name,
        "timings": {name: getattr(run, name) for name in Timings.model_fields},
        "usage": {name: getattr(run, name) for name in Usage.model_fields},
    }

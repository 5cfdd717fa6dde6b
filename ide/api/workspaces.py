"""Workspaces: list, make, change, delete, rename within."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from ide import pool
from ide.accounts.access import workspace_of
from ide.api.authentication import user_of
from ide.api.bodies import In, Name, Out, Texts
from ide.database import in_database
from ide.editor.saving import tell_changed
from ide.exceptions import Invalid
from ide.models import User, Workspace
from ide.quota.admission import lock
from ide.quota.quotas import check_toolchain, check_workspaces
from ide.quota.standing import allowance_of, standing_of
from ide.workspaces import files, paths
from ide.workspaces.example import find as find_example
from ide.workspaces.live import end_session, reopen_session

router = Router(tags=["workspaces"], by_alias=True)

Argument = Annotated[str, Field(max_length=4096, pattern=r"^[^\x00]*$")]
Arguments = Annotated[list[Argument], Field(max_length=64)]
Optimization = Annotated[int, Field(ge=0, le=2)]
Entry = Annotated[str, Field(min_length=1, max_length=255)]
Toolchain = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


class WorkspaceIn(In):
    """A new workspace; with `example` its files are that example's."""

    name: Name
    toolchain: Toolchain | None = None
    files: Texts | None = None
    example: Annotated[str, Field(max_length=64)] | None = None


class WorkspaceChange(In):
    name: Name | None = None
    toolchain: Toolchain | None = None
    entry: Entry | None = None
    optimization: Optimization | None = None
    args: Arguments | None = None


class Rename(In):
    from_: Annotated[str, Field(alias="from", min_length=1, max_length=1024)]
    to: Annotated[str, Field(min_length=1, max_length=1024)]


class Renamed(Out):
    changed: dict[str, str | None]


class FileOut(Out):
    path: str
    etag: str
    bytes: int


class WorkspaceOut(Out):
    id: str
    name: str
    toolchain: str
    entry: str | None
    optimization: int
    args: list[str]
    created_at: datetime
    updated_at: datetime


class WorkspaceDetail(WorkspaceOut):
    files: list[FileOut]


@router.get("/workspaces", response=list[WorkspaceOut], summary="My workspaces, the latest first")
async def list_workspaces(request: HttpRequest) -> list[dict[str, Any]]:
    return await in_database(_list, user_of(request))


@router.post("/workspaces", response={201: WorkspaceDetail}, summary="Make a workspace")
async def make_workspace(request: HttpRequest, payload: WorkspaceIn) -> Status[dict[str, Any]]:
    return Status(201, await in_database(_make, user_of(request), payload))


@router.get(
    "/workspaces/{workspace_id}", response=WorkspaceDetail, summary="One workspace with its files' ETags"
)
async def get_workspace(request: HttpRequest, workspace_id: str) -> dict[str, Any]:
    return await in_database(lambda: detail(workspace_of(user_of(request), workspace_id)))


@router.patch(
    "/workspaces/{workspace_id}", response=WorkspaceDetail, summary="Change name, toolchain or options"
)
async def change_workspace(
    request: HttpRequest, workspace_id: str, payload: WorkspaceChange
) -> dict[str, Any]:
    workspace = await in_database(workspace_of, user_of(request), workspace_id)
    before = workspace.toolchain_id
    changed = await in_database(_change, workspace, payload)
    if workspace.toolchain_id != before:
        await reopen_session(workspace)
    return changed


@router.delete("/workspaces/{workspace_id}", response={204: None}, summary="Delete a workspace")
async def delete_workspace(request: HttpRequest, workspace_id: str) -> Status[None]:
    workspace = await in_database(workspace_of, user_of(request), workspace_id)
    await end_session(workspace)
    await in_database(workspace.delete)
    return Status(204, None)


@router.post("/workspaces/{workspace_id}/rename", response=Renamed, summary="Move a file or a folder")
async def rename(request: HttpRequest, workspace_id: str, payload: Rename) -> dict[str, Any]:
    """Answers which paths changed, each with its ETag (null: gone)."""
    workspace = await in_database(workspace_of, user_of(request), workspace_id)
    changed = await in_database(files.rename, workspace, payload.from_, payload.to)
    await tell_changed(workspace, changed)
    return {"changed": changed}


def summary(workspace: Workspace) -> dict[str, Any]:
    """A workspace as the API shows it."""
    options = workspace.options
    return {
        "id": workspace.id.hex,
        "name": workspace.name,
        "toolchain": workspace.toolchain.name,
        "entry": options.get("entry"),
        "optimization": options.get("optimization", 1),
        "args": options.get("args", []),
        "created_at": workspace.created_at,
        "updated_at": workspace.updated_at,
    }


def detail(workspace: Workspace) -> dict[str, Any]:
    """The same with its files."""
    rows = workspace.files.only("path", "sha256", "size")
    return {
        **summary(workspace),
        "files": [{"path": row.path, "etag": row.etag, "bytes": row.size} for row in rows],
    }


@transaction.atomic
def create(
    user: User, name: str, toolchain: str | None, texts: dict[str, str], options: dict[str, Any] | None = None
) -> Workspace:
    """A workspace with its files, if the plan has room for it."""
    user = lock(user.pk)
    chosen = pool.toolchain(toolchain)
    allowance = allowance_of(user)
    check_toolchain(allowance, chosen.name)
    check_workspaces(allowance, standing_of(user))
    workspace = Workspace.objects.create(user=user, name=name, toolchain=chosen, options=options or {})
    files.write_all(workspace, user, texts)
    return workspace


def _list(user: User) -> list[dict[str, Any]]:
    return [
        summary(each) for each in user.workspaces.select_related("toolchain").defer("toolchain__packages")
    ]


def _make(user: User, payload: WorkspaceIn) -> dict[str, Any]:
    if payload.example is None:
        return detail(create(user, payload.name, payload.toolchain, payload.files or {}))
    if payload.files is not None:
        raise Invalid("Send “files” or “example”, not both.", "example")
    example = find_example(payload.example)
    return detail(create(user, payload.name, payload.toolchain or example.toolchain, example.files))


def _change(workspace: Workspace, payload: WorkspaceChange) -> dict[str, Any]:
    given = payload.model_dump(exclude_unset=True)
    for required in ("name", "toolchain"):
        if required in given and given[required] is None:
            raise Invalid(f"“{required}” must not be null.", required)
    if "name" in given:
        workspace.name = given["name"]
    if "toolchain" in given:
        workspace.toolchain = pool.toolchain(given["toolchain"])
        check_toolchain(allowance_of(workspace.user), workspace.toolchain.name)
    if given.get("entry"):
        paths.check(given["entry"], "entry")
    for option in ("entry", "optimization", "args"):
        if option in given:
            workspace.options[option] = given[option]
    workspace.options = {key: value for key, value in workspace.options.items() if value is not None}
    workspace.updated_at = timezone.now()
    workspace.save()
    return detail(workspace)

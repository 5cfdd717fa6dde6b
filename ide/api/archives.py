"""Workspaces as zip archives, out and in."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from ide import units
from ide.accounts.access import workspace_of
from ide.api.authentication import user_of
from ide.api.workspaces import WorkspaceDetail, WorkspaceIn, create, detail
from ide.database import in_database
from ide.exceptions import TooLarge
from ide.models import ToolchainModules, User
from ide.workspaces import archives, cabal
from sandbox.limits import WORKSPACE_BYTES

router = Router(tags=["workspaces"], by_alias=True)


@router.get(
    "/workspaces/{workspace_id}/archive.zip", summary="The workspace as a zip that `cabal build` accepts"
)
async def get_archive(request: HttpRequest, workspace_id: str) -> HttpResponse:
    package, data = await in_database(_archive, user_of(request), workspace_id)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{package}.zip"'
    return response


@router.post("/workspaces/import", response={201: WorkspaceDetail}, summary="A workspace from a zip")
async def import_archive(
    request: HttpRequest,
    file: Annotated[UploadedFile, File()],
    name: Annotated[str | None, Form()] = None,
    toolchain: Annotated[str | None, Form()] = None,
) -> Status[dict[str, Any]]:
    if (file.size or 0) > WORKSPACE_BYTES:
        raise TooLarge(f"The archive is larger than {units.size(WORKSPACE_BYTES)}.", "file")
    wanted = _checked(name or (file.name or "").removesuffix(".zip") or "Imported", toolchain)
    return Status(201, await in_database(_import, user_of(request), wanted, file))


def _checked(name: str, toolchain: str | None) -> WorkspaceIn:
    return WorkspaceIn.model_validate({"name": name, "toolchain": toolchain})


def _archive(user: User, workspace_id: str) -> tuple[str, bytes]:
    workspace = workspace_of(user, workspace_id)
    texts = dict(workspace.files.values_list("path", "text"))
    known = ToolchainModules.objects.filter(toolchain=workspace.toolchain_id)
    modules = known.values_list("packages", flat=True).first() or {}
    package = cabal.package_name(workspace.name, workspace.toolchain.packages)
    return package, archives.write(package, texts, modules)


def _import(user: User, wanted: WorkspaceIn, file: UploadedFile) -> dict[str, Any]:
    return detail(create(user, wanted.name, wanted.toolchain, archives.read(file.read())))

"""One file of a workspace, as text, guarded by ETags against lost updates."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ide import units
from ide.accounts.access import workspace_of
from ide.api.authentication import user_of
from ide.database import in_database
from ide.door import door
from ide.editor.saving import tell_changed
from ide.exceptions import Invalid, TooLarge
from ide.models import File
from ide.workspaces import files
from sandbox.limits import FILE_BYTES

router = Router(tags=["files"])

TEXT = "text/plain; charset=utf-8"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/plain": {"schema": {"type": "string"}, "example": 'main = putStrLn "Hello"\n'}},
    }
}
PATH = "/workspaces/{workspace_id}/files/{path:path}"


@router.get(PATH, summary="A file's text", response={200: str})
async def get_file(request: HttpRequest, workspace_id: str, path: str) -> HttpResponse:
    file = await in_database(lambda: files.find(workspace_of(user_of(request), workspace_id), path))
    if request.headers.get("If-None-Match") == file.etag:
        return _answer(file, 304)
    return _answer(file, 200, file.text)


@router.put(PATH, summary="Make a file or replace its text", openapi_extra=BODY, response={200: None})
async def put_file(request: HttpRequest, workspace_id: str, path: str) -> HttpResponse:
    """`If-Match: <etag>` refuses to overwrite unseen changes; `If-None-Match: *` only makes new files."""
    text = _text(request, path)
    workspace = await in_database(workspace_of, user_of(request), workspace_id)
    file = await in_database(
        files.write,
        workspace,
        path,
        text,
        request.headers.get("If-Match"),
        request.headers.get("If-None-Match"),
    )
    await door().put_blobs([text.encode()])
    await tell_changed(workspace, {path: file.etag})
    return _answer(file, 200)


@router.delete(PATH, summary="Delete a file", response={204: None})
async def delete_file(request: HttpRequest, workspace_id: str, path: str) -> HttpResponse:
    workspace = await in_database(workspace_of, user_of(request), workspace_id)
    await in_database(files.remove, workspace, path, request.headers.get("If-Match"))
    await tell_changed(workspace, {path: None})
    return HttpResponse(status=204)


def _text(request: HttpRequest, path: str) -> str:
    """The body as text; refused by its announced length before it is read."""
    if int(request.headers.get("Content-Length") or 0) > FILE_BYTES:
        raise TooLarge(f"A file has at most {units.size(FILE_BYTES)}.", "body")
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Invalid("Send the file as UTF-8.", "Content-Type")
    return files.decode(path, request.body, "body")


def _answer(file: File, status: int, text: str = "") -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=TEXT)
    response["ETag"] = file.etag
    response["Cache-Control"] = "private, no-cache"
    return response

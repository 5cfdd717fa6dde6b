"""Frozen copies of workspaces, and workspaces made from them."""

import secrets
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Status

from ide import pool
from ide.accounts.access import workspace_of
from ide.api.authentication import user_of
from ide.api.bodies import Out
from ide.api.workspaces import WorkspaceDetail, create, detail
from ide.database import in_database
from ide.exceptions import NotFound
from ide.models import Share, Toolchain, User
from ide.quota.admission import lock
from ide.quota.quotas import check_stored
from ide.quota.standing import allowance_of, stored_bytes

router = Router(tags=["shares"], by_alias=True)


class ShareOut(Out):
    slug: str
    url: str


class ShareDetail(Out):
    slug: str
    name: str
    toolchain: str
    digest: str
    entry: str | None
    files: dict[str, str]


@router.post("/workspaces/{workspace_id}/share", response={201: ShareOut}, summary="Freeze a copy for others")
async def share(request: HttpRequest, workspace_id: str) -> Status[dict[str, Any]]:
    return Status(201, await in_database(_share, user_of(request), workspace_id))


@router.get("/shares/{slug}", response=ShareDetail, auth=None, summary="A shared copy")
async def get_share(request: HttpRequest, slug: str) -> dict[str, Any]:
    return await in_database(_detail, slug)


@router.post("/shares/{slug}/fork", response={201: WorkspaceDetail}, summary="Make a shared copy mine")
async def fork(request: HttpRequest, slug: str) -> Status[dict[str, Any]]:
    return Status(201, await in_database(_fork, user_of(request), slug))


def find(slug: str) -> Share:
    # PostgreSQL takes no NUL, not even in a question.
    share = Share.objects.filter(pk=slug).first() if "\0" not in slug else None
    if share is None:
        raise NotFound("There is no such share. It may have been taken away.")
    return share


@transaction.atomic
def _share(user: User, workspace_id: str) -> dict[str, Any]:
    lock(user.pk)
    workspace = workspace_of(user, workspace_id)
    texts = dict(workspace.files.values_list("path", "text"))
    size = sum(len(text.encode()) for text in texts.values())
    check_stored(allowance_of(user), stored_bytes(user) + size)
    made = Share.objects.create(
        slug=secrets.token_urlsafe(9),
        user=user,
        workspace=workspace,
        name=workspace.name,
        toolchain_name=workspace.toolchain.name,
        toolchain_digest=workspace.toolchain.digest,
        options=workspace.options,
        files=texts,
        size=size,
    )
    return {"slug": made.slug, "url": reverse("share", args=[made.slug])}


def _detail(slug: str) -> dict[str, Any]:
    share = find(slug)
    return {
        "slug": share.slug,
        "name": share.name,
        "toolchain": share.toolchain_name,
        "digest": share.toolchain_digest,
        "entry": share.options.get("entry"),
        "files": share.files,
    }


def _fork(user: User, slug: str) -> dict[str, Any]:
    share = find(slug)
    return detail(create(user, share.name, _toolchain(share), share.files, share.options))


def _toolchain(share: Share) -> str:
    """By its digest while that is registered, else the present one of its name, else the default."""
    rows = Toolchain.offered()
    same = (
        rows.filter(digest=share.toolchain_digest).first() or rows.filter(name=share.toolchain_name).first()
    )
    return (same or pool.toolchain(None)).name

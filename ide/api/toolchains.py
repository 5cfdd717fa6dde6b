"""Which compilers there are."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from ide.api.bodies import Out
from ide.database import in_database
from ide.models import Toolchain

router = Router(tags=["toolchains"], by_alias=True)


class ToolchainOut(Out):
    name: str
    ghc: str
    digest: str
    default: bool
    packages: dict[str, str]


@router.get("/toolchains", response=list[ToolchainOut], auth=None, summary="Toolchains with their packages")
async def list_toolchains(request: HttpRequest) -> list[dict[str, Any]]:
    return await in_database(_list)


def _list() -> list[dict[str, Any]]:
    rows = Toolchain.offered().order_by("-is_default", "name")
    return [
        {
            "name": row.name,
            "ghc": row.ghc,
            "digest": row.digest,
            "default": row.is_default,
            "packages": row.packages,
        }
        for row in rows
    ]

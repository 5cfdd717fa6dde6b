"""My plan, what I used and what is left: the same numbers that the administrator sees."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from ide.api.authentication import user_of
from ide.api.bodies import Out
from ide.database import in_database
from ide.quota.ledger import ledger_of

router = Router(tags=["quota"], by_alias=True)


class Line(Out):
    """`used` and `left` are null for a limit on each container, run or connection."""

    name: str
    label: str
    unit: Literal["count", "seconds", "bytes", "flag"]
    limit: float
    used: float | None
    left: float | None
    renews_at: datetime | None


class PlanOut(Out):
    name: str
    toolchains: list[str]


class QuotaOut(Out):
    plan: PlanOut
    items: list[Line]


@router.get("/quota", response=QuotaOut, summary="My plan and what is left of it")
async def get_quota(request: HttpRequest) -> dict[str, Any]:
    ledger = await in_database(ledger_of, user_of(request))
    plan = {"name": ledger.allowance.plan, "toolchains": sorted(ledger.allowance.toolchains)}
    return {"plan": plan, "items": ledger.lines}

"""A user's allowance beside what is used of it, line by line: for the API, the page and the admin."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ide import units
from ide.models import User
from ide.models.plans import QUOTAS
from ide.quota.quotas import Allowance, Standing
from ide.quota.standing import allowance_of, renews_at, standing_of

USED = {
    "sessions": "sessions",
    "runs": "runs",
    "runs_per_minute": "runs_last_minute",
    "cpu_seconds_per_day": "cpu_seconds_today",
    "workspaces": "workspaces",
    "stored_bytes": "stored_bytes",
}


@dataclass(frozen=True)
class Line:
    """One quota; `used` is None for a limit on each container, run or connection."""

    name: str
    label: str
    unit: str
    limit: float
    used: float | None
    renews_at: datetime | None

    @property
    def left(self) -> float | None:
        return None if self.used is None else max(0, self.limit - self.used)

    @property
    def percent(self) -> int | None:
        """Of the limit, for a bar."""
        if self.used is None:
            return None
        return min(100, round(100 * self.used / self.limit)) if self.limit else 100

    def show(self, value: float | None) -> str:
        """A value in this line's unit, for people."""
        if value is None:
            return ""
        if self.unit == "flag":
            return "yes" if value else "no"
        return {"bytes": units.size, "seconds": units.seconds}.get(self.unit, _count)(value)

    @property
    def shown_limit(self) -> str:
        return self.show(self.limit)

    @property
    def shown_used(self) -> str:
        return self.show(self.used)

    @property
    def shown_left(self) -> str:
        return self.show(self.left)


@dataclass(frozen=True)
class Ledger:
    allowance: Allowance
    standing: Standing
    lines: list[Line]

    @property
    def used(self) -> list[Line]:
        """What is used up."""
        return [line for line in self.lines if line.used is not None]

    @property
    def caps(self) -> list[Line]:
        """What only caps each session, run and connection."""
        return [line for line in self.lines if line.used is None]


def ledger_of(user: User) -> Ledger:
    allowance, standing = allowance_of(user), standing_of(user)
    renewal = renews_at(timezone.now())
    lines = [_line(name, allowance, standing, renewal) for name in QUOTAS]
    return Ledger(allowance, standing, lines)


def unit_of(name: str) -> str:
    if name.endswith("_bytes"):
        return "bytes"
    if name.endswith("_allowed"):
        return "flag"
    return "seconds" if "seconds" in name else "count"


def _line(name: str, allowance: Allowance, standing: Standing, renewal: datetime) -> Line:
    return Line(
        name=name,
        label=str(QUOTAS[name].verbose_name),
        unit=unit_of(name),
        limit=float(getattr(allowance, name)),
        used=float(getattr(standing, USED[name])) if name in USED else None,
        renews_at=renewal if name == "cpu_seconds_per_day" else None,
    )


def _count(value: float) -> str:
    return f"{value:g}"

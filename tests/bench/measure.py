"""Samples, medians and the table of figures; nothing here knows what is measured."""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table. `target` None: for information; else `value` must be on its good side."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool:
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target

    def as_json(self) -> dict[str, object]:
        plain = asdict(self)
        plain.pop("at_least")
        return plain | {"value": round(self.value, 4), "holds": self.holds}

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        target = "" if self.target is None else f"{sign} {self.target:g}  {'ok' if self.holds else 'MISSED'}"
        return f"{self.name:<64} {self.value:>10.3f} {self.unit:<6} {target}"


def median(samples: list[float]) -> float:
    return statistics.median(samples)


def p95(samples: list[float]) -> float:
    return _percentile(samples, 0.95)


def p99(samples: list[float]) -> float:
    return _percentile(samples, 0.99)


def _percentile(samples: list[float], share: float) -> float:
    return sorted(samples)[max(0, round(len(samples) * share) - 1)]


async def seconds(action: Callable[[], Awaitable[object]]) -> float:
    """How long the action took."""
    began = time.perf_counter()
    await action()
    return time.perf_counter() - began


async def alternate(
    rounds: int, warm_up: int, *actions: Callable[[int], Awaitable[float]]
) -> list[list[float]]:
    """Each action's own seconds, round by round in turn, so that all meet the same machine."""
    samples: list[list[float]] = [[] for _ in actions]
    for number in range(warm_up + rounds):
        for action, kept in zip(actions, samples, strict=True):
            taken = await action(number)
            if number >= warm_up:
                kept.append(taken)
    return samples

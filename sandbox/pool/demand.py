"""How many warm containers a host should keep of a toolchain, and how long idle sessions may stay. Pure.

Two memories of what was taken, a short one for a class that begins and a long one for the hour; the faster
rate of the two counts.
"""

import math

import msgspec

from sandbox.engine import kinds

SHORT_SECONDS = 30.0  # half-lives
LONG_SECONDS = 1800.0
REFILL_SECONDS = 8.0  # from one being taken until its successor is ready, on a busy host
MARGIN = 2.0
MOST = 12
FORGOTTEN = 0.05  # sessions in the long memory: what nobody takes waits in one
SOONEST_SECONDS = 60.0  # an idle session is left alone at least for so long
PLENTY = 0.80  # of a host's memory in use: below it nobody hibernates early
SCARCE = 0.92


class Demand(msgspec.Struct, frozen=True):
    """What was taken, as two sums that decay; `known_since`: before that nobody looked (Unix time)."""

    at: float
    known_since: float
    short: float = 0.0
    long: float = 0.0


def after(demand: Demand, taken: int, now: float) -> Demand:
    """With so many taken since."""
    passed = max(0.0, now - demand.at)
    return Demand(
        at=now,
        known_since=demand.known_since,
        short=demand.short * 0.5 ** (passed / SHORT_SECONDS) + taken,
        long=demand.long * 0.5 ** (passed / LONG_SECONDS) + taken,
    )


def per_second(demand: Demand) -> float:
    """How many are taken a second."""
    short, long = demand.short * math.log(2) / SHORT_SECONDS, demand.long * math.log(2) / LONG_SECONDS
    return max(short, long)


def wanted(demand: Demand, usual: int) -> int:
    """How many shall wait: `usual` (a setting) unless more are taken, one where long none was."""
    if usual <= 0:
        return 0
    if demand.at - demand.known_since > LONG_SECONDS and demand.long < FORGOTTEN:
        return 1
    return max(usual, min(MOST, math.ceil(MARGIN * REFILL_SECONDS * per_second(demand))))


def wanted_of(kind: str, demand: Demand, usual: int) -> int:
    """Of a kind (see `engine/kinds.py`): a larger one waits only where somebody took one of late."""
    if kinds.is_usual(kind):
        return wanted(demand, usual)
    return wanted(demand, 1) if usual > 0 and demand.long >= FORGOTTEN else 0


def patience(hibernate_seconds: float, memory_share: float, waits: bool) -> float:
    """How long a session may be idle, on a host so full; `waits`: others wait for room."""
    least = min(hibernate_seconds, SOONEST_SECONDS)
    if waits:
        return least
    scarce = min(1.0, max(0.0, (memory_share - PLENTY) / (SCARCE - PLENTY)))
    return hibernate_seconds + (least - hibernate_seconds) * scarce

"""What a container may have of a busy host's CPU: less for who burned much lately. Pure.

A user's recent use decays with a half-life. Their containers' weight falls with it and recovers with time, so
that a keystroke of somebody else goes first; together their containers get at most a share of the host.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

HALF_LIFE_SECONDS = 120.0
SUDDEN_SECONDS = 15.0  # half-life of the second memory: neighbours feel who begins to burn at once
LEAST_WEIGHT = 5
STEP = 0.2  # a weight that changes by less is left as it is
FREE_CORES = 0.1  # used on average without any loss of weight
BUSY_CORES = 0.3  # a session that uses more computes


class Recent(msgspec.Struct, frozen=True):
    """CPU seconds that a user burned lately, decayed until `at`, slowly and fast."""

    at: float
    seconds: float = 0.0
    sudden: float = 0.0


def after(recent: Recent, burned: float, now: float) -> Recent:
    """With so much more burned since."""
    passed, burned = max(0.0, now - recent.at), max(0.0, burned)
    return Recent(
        now,
        recent.seconds * 0.5 ** (passed / HALF_LIFE_SECONDS) + burned,
        recent.sudden * 0.5 ** (passed / SUDDEN_SECONDS) + burned,
    )


def cores(recent: Recent) -> float:
    """The average of late."""
    return recent.seconds * math.log(2) / HALF_LIFE_SECONDS


def _burning(recent: Recent) -> float:
    """The average of late, or of the last moments if that is more."""
    return max(cores(recent), recent.sudden * math.log(2) / SUDDEN_SECONDS)


def crowd(users: Sequence[Recent], host_cpus: float) -> float:
    """By how many users each processor of a host is burned, 1 at least.

    Ten that share two processors burn a fifth of one each: they are as heavy as if each had one.
    """
    return max(1.0, sum(_burning(one) > FREE_CORES for one in users) / max(1.0, host_cpus))


def weight(plan: int, recent: Recent, crowd: float = 1.0) -> int:
    """The plan's weight for who types, a twentieth of it for who computes for minutes."""
    used = max(0.0, _burning(recent) - FREE_CORES) * crowd
    return max(LEAST_WEIGHT, round(plan / (1 + 20 * used)))


def differs(applied: int, wanted: int) -> bool:
    """Whether an engine is worth asking."""
    return abs(wanted - applied) > STEP * applied


class Session(msgspec.Struct, frozen=True):
    """One of a user's sessions on one host: the cores it may use and those that it used lately."""

    name: str
    cpus: float
    cores: float


def caps(sessions: Sequence[Session], host_cpus: float, share: float) -> Mapping[str, float]:
    """The cores that each of one user's sessions on one host may use.

    Those that compute share what the user may have of the host; who has one session is not touched.
    """
    most = max(host_cpus * share, max((one.cpus for one in sessions), default=0.0))
    busy = [one for one in sessions if one.cores > BUSY_CORES * one.cpus / max(1, len(sessions))]
    asked = sum(one.cpus for one in busy)
    factor = min(1.0, most / asked) if asked else 1.0
    return {one.name: max(0.1, one.cpus * (factor if one in busy else 1.0)) for one in sessions}

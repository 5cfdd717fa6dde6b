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
ACTIVE_CORES = 0.02  # used on average by who does anything
LONG_SECONDS = 10.0  # who has a run going on for longer does not wait for it at every key
LONG_MEMORY_SECONDS = 30.0  # one that began anew counts as the one before
FREE_SHARE = 0.6  # of a fair share of the host, used without any loss of weight
FREE_SHARE_OF_LONG = 0.1  # the same for who has such a run
STEEPNESS = 40.0
PEAK_SECONDS = 300.0  # half-life of the most that was burned: who was idle for long wakes less often
BUSY_CORES = 0.3  # a session that uses more computes


class Recent(msgspec.Struct, frozen=True):
    """CPU seconds that a user or a container burned lately, decayed until `at`, slowly and fast.

    `long_at`: the last long run; `peak`: the most cores burned on average, faded since. Times are Unix
    time, 0: never.
    """

    at: float
    seconds: float = 0.0
    sudden: float = 0.0
    long_at: float = 0.0
    peak: float = 0.0

    @property
    def is_long(self) -> bool:
        """Whether they run something that goes on and on."""
        return self.long_at > 0 and self.at - self.long_at < LONG_MEMORY_SECONDS


def after(recent: Recent, burned: float, now: float, run_seconds: float = 0.0) -> Recent:
    """With so much more burned since; `run_seconds`: the age of a run."""
    passed, burned = max(0.0, now - recent.at), max(0.0, burned)
    seconds = recent.seconds * 0.5 ** (passed / HALF_LIFE_SECONDS) + burned
    return Recent(
        now,
        seconds,
        recent.sudden * 0.5 ** (passed / SUDDEN_SECONDS) + burned,
        now if run_seconds > LONG_SECONDS else recent.long_at,
        max(faded(recent.peak, passed), _average(seconds, HALF_LIFE_SECONDS)),
    )


def cores(recent: Recent) -> float:
    """The average of late."""
    return _average(recent.seconds, HALF_LIFE_SECONDS)


def _average(seconds: float, half_life: float) -> float:
    return seconds * math.log(2) / half_life


def faded(peak: float, passed: float) -> float:
    """What a peak still counts for after so many seconds."""
    return peak * math.exp2(-passed / PEAK_SECONDS)


def resting(recent: Recent) -> float:
    """The cores that it does not burn now, burned lately, and may burn again."""
    return max(0.0, recent.peak - _average(recent.sudden, SUDDEN_SECONDS))


def _burning(recent: Recent) -> float:
    """The average of late, or of the last moments if that is more."""
    return max(cores(recent), _average(recent.sudden, SUDDEN_SECONDS))


def fair_share(users: Sequence[Recent], host_cpus: float) -> float:
    """The cores that each could have, were a host's shared evenly between those who do anything there."""
    return max(1.0, host_cpus) / max(1, sum(_burning(one) > ACTIVE_CORES for one in users))


def weight(plan: int, recent: Recent, fair: float) -> int:
    """The plan's weight for who types, a twentieth of it for who computes for minutes.

    What counts is not what was burned but how near that is to a fair share: ten who compute on two processors
    get a fifth of one each at most, which is not much, and all there is. Who types there may burn as much:
    a run that goes on and on tells one from the other.
    """
    free = FREE_SHARE_OF_LONG if recent.is_long else FREE_SHARE
    beyond = max(0.0, _burning(recent) / fair - free)
    return max(LEAST_WEIGHT, round(plan / (1 + STEEPNESS * beyond)))


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

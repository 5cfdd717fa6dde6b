"""All sessions that have a container, looked at once a round: what Redis knows and what the hosts show.

What the keeper decides of sessions it decides on this; placement and people read what is published of it.
"""

import time
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sandbox import keys
from sandbox.connections import Redis
from sandbox.limits import ContainerLimits
from sandbox.messages import Opening, SessionFigures, encode
from sandbox.pool import weights
from sandbox.pool.choice import Share
from sandbox.pool.openings import opening_of
from sandbox.pool.seen import HostSeen
from sandbox.pool.weights import Recent

_encode, _recent = msgspec.json.encode, msgspec.json.Decoder(Recent).decode
USED_SECONDS = 60.0  # since a session's last use it counts as used
LATE_SECONDS = 2.0  # by which figures may come later than the last ones did
FORGOTTEN_SECONDS = 0.05  # of CPU: who has burned no more of late is not remembered
IDLE_CPU_SHARE = 0.25  # of its CPUs that an idle session is promised: they do not all wake at once
_FIELDS = ("opening", "host", "container", "since", "moved_at", "moving")


class Live(msgspec.Struct, frozen=True):
    """One session with a container. Times are Unix time, 0: never.

    `cores` is its average of late, `cores_now` that of the last second or two; `resting` are those that it
    burned lately, not now, and may burn again.
    """

    id: str
    opening: Opening
    host: str
    container: str
    used_at: float
    runs: list[str] = []
    since: float = 0.0
    moved_at: float = 0.0
    moving_until: float = 0.0
    cores: float = 0.0
    cores_now: float = 0.0
    resting: float = 0.0
    memory_bytes: int = 0

    @property
    def limits(self) -> ContainerLimits:
        """What its container may use."""
        return self.opening.limits.clamped()

    def is_used(self, now: float) -> bool:
        """Whether it has a run, or somebody did something with it a moment ago."""
        return bool(self.runs) or now - self.used_at < USED_SECONDS


def by_host(sessions: Iterable[Live]) -> Mapping[str, Sequence[Live]]:
    """In one pass: a large pool has hundreds of thousands, and a round is two seconds."""
    found: dict[str, list[Live]] = {}
    for live in sessions:
        found.setdefault(live.host, []).append(live)
    return found


def promised_cpus(limits: ContainerLimits, *, used: bool) -> float:
    """What a session counts for in the sum that its host has promised."""
    return limits.cpus * (1.0 if used else IDLE_CPU_SHARE)


class _Rate(msgspec.Struct, frozen=True):
    """A container's CPU seconds at a time; the cores, and what it burned, since it was shown before."""

    at: float
    seconds: float
    cores: float = 0.0
    burned: float = 0.0

    def after(self, before: "_Rate", cpus: float) -> "_Rate":
        """With what was burned between both, no more than its limit allows, whatever its host says.

        The same reading seen again keeps the cores.
        """
        passed = self.at - before.at
        if passed <= 0:
            return msgspec.structs.replace(before, burned=0.0)
        said = max(0.0, self.seconds - before.seconds)
        burned = min(said, cpus * (passed + LATE_SECONDS))
        return msgspec.structs.replace(self, cores=min(said / passed, cpus), burned=burned)


class Census:
    """`look` reads all; `users` is what each user burned lately, which the next keeper is left."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._last: dict[str, _Rate] = {}  # by container
        self._burned: dict[str, Recent] = {}  # session → what it burned lately, wherever it was
        self._runs: dict[str, float] = {}  # run → when it was first seen
        self.users: dict[str, Recent] = {}
        self._fresh = True  # what another keeper saw is not known yet
        self.sessions: list[Live] = []
        self.unreadable: list[str] = []  # with a container, too

    def look(self, hosts: Mapping[str, HostSeen]) -> list[Live]:
        """All of them as they are now."""
        now = time.time()
        if self._fresh:
            self.users, self._fresh = _left(self._redis), False
        read, self.unreadable = _read(self._redis)
        self._runs = {run: self._runs.get(run, now) for live in read for run in live.runs}
        self.sessions = [self._measured(live, hosts.get(live.host), now) for live in read]
        names = {live.container for live in self.sessions}
        self._last = {name: last for name, last in self._last.items() if name in names}
        ids = {live.id for live in read}
        self._burned = {name: recent for name, recent in self._burned.items() if name in ids}
        self.users = {
            owner: recent
            for owner, recent in self.users.items()
            if weights.after(recent, 0.0, now).seconds > FORGOTTEN_SECONDS
        }
        return self.sessions

    def _measured(self, live: Live, host: HostSeen | None, now: float) -> Live:
        """By its own host alone: another's word of it is none."""
        figures = host.running.get(live.container) if host else None
        if figures is None or figures.cpu_seconds is None:
            return live
        seen = _Rate(figures.at, figures.cpu_seconds)
        before = self._last.get(live.container, seen)
        last = self._last[live.container] = seen.after(before, live.limits.cpus)
        burned = last.burned
        owner = live.opening.owner
        age = max((now - self._runs[run] for run in live.runs), default=0.0)
        self.users[owner] = weights.after(self.users.get(owner, Recent(now)), burned, now, age)
        recent = weights.after(self._burned.get(live.id, Recent(now)), burned, now)
        self._burned[live.id] = recent
        return msgspec.structs.replace(
            live,
            cores=weights.cores(recent),
            cores_now=last.cores,
            resting=weights.resting(recent),
            memory_bytes=figures.memory_bytes,
        )

    def publish(self, applied: Mapping[str, int], least: Mapping[str, int]) -> None:
        """For placement: what each user has where. For people: each session; `applied`: their weights.

        `least`: the weight that a new container of a user begins with at most.
        """
        pipeline = self._redis.pipeline()
        pipeline.delete(keys.SHARES, keys.SESSIONS, keys.BURNED, keys.PROMISED, keys.RESTING, keys.WEIGHTS)
        if self.users:
            pipeline.hset(keys.BURNED, mapping={name: _encode(recent) for name, recent in self.users.items()})
        if least:
            pipeline.hset(keys.WEIGHTS, mapping=dict(least))
        if self.sessions:
            shares = {owner: msgspec.json.encode(of) for owner, of in shares_of(self.sessions).items()}
            pipeline.hset(keys.SHARES, mapping=shares)
            shown = {live.id: encode(_figures(live, applied)) for live in self.sessions}
            pipeline.hset(keys.SESSIONS, mapping=shown)
            pipeline.hset(keys.PROMISED, mapping=_promises(self.sessions, time.time()))
            pipeline.hset(keys.RESTING, mapping=_resting(self.sessions))
        pipeline.execute()


def _promises(sessions: Sequence[Live], now: float) -> dict[str, str]:
    """Of each host the sums of what its sessions may use."""
    sums: dict[str, tuple[int, float]] = {}
    for live in sessions:
        memory, cpus = sums.get(live.host, (0, 0.0))
        more = promised_cpus(live.limits, used=live.is_used(now))
        sums[live.host] = memory + live.limits.memory_bytes, cpus + more
    return {host: f"{memory} {cpus:.3f}" for host, (memory, cpus) in sums.items()}


def _resting(sessions: Sequence[Live]) -> dict[str, float]:
    """Of each host the cores that its sessions may burn again."""
    sums: dict[str, float] = {}
    for live in sessions:
        sums[live.host] = sums.get(live.host, 0.0) + live.resting
    return sums


def _left(redis: Redis) -> dict[str, Recent]:
    """What the keeper before knew of users."""
    try:
        return {owner.decode(): _recent(said) for owner, said in redis.hgetall(keys.BURNED).items()}
    except msgspec.DecodeError:
        return {}  # of another version of ours


def shares_of(sessions: Sequence[Live]) -> dict[str, dict[str, Share]]:
    """What each user's sessions have on each host."""
    shares: dict[str, dict[str, Share]] = {}
    for live in sessions:
        own = shares.setdefault(live.opening.owner, {})
        had = own.get(live.host, Share())
        own[live.host] = Share(
            had.sessions + 1, had.promised_bytes + live.limits.memory_bytes, had.cores + live.cores
        )
    return shares


def _figures(live: Live, applied: Mapping[str, int]) -> SessionFigures:
    return SessionFigures(
        session_id=live.id,
        owner=live.opening.owner,
        host=live.host,
        container=live.container,
        cpu_used=round(live.cores_now, 3),
        memory_bytes=live.memory_bytes,
        opened_at=live.since,
        used_at=live.used_at,
        runs=live.runs,
        cpu_weight=applied.get(live.id, live.limits.cpu_weight),
        moving=live.moving_until > time.time(),
    )


def _read(redis: Redis) -> tuple[list[Live], list[str]]:
    """Those with a container, and the ids of those that nobody can read."""
    active = redis.zrange(keys.ACTIVE, 0, -1, withscores=True)
    pipeline = redis.pipeline(transaction=False)
    for session_id, _ in active:
        pipeline.hmget(keys.SESSION % session_id.decode(), *_FIELDS)
        pipeline.smembers(keys.SESSION_RUNS % session_id.decode())
    answers = pipeline.execute()
    found, unreadable = [], list[str]()
    for number, (session_id, used) in enumerate(active):
        (opening, host, container, since, moved_at, moving), runs = answers[2 * number : 2 * number + 2]
        if not (opening and container):
            continue
        known = opening_of(opening)
        if known is None:
            unreadable.append(session_id.decode())
            continue
        live = Live(
            id=session_id.decode(),
            opening=known,
            host=(host or b"").decode(),
            container=container.decode(),
            used_at=used / 1000,
            runs=sorted(run.decode() for run in runs),
            since=float(since or 0) / 1000,
            moved_at=float(moved_at or 0) / 1000,
            moving_until=float((moving or b"0").partition(b" ")[0]) / 1000,
        )
        found.append(live)
    return found, unreadable

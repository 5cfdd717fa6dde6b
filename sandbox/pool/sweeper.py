"""Removes what is nobody's from one host, as `reaper` judges it by what Redis knows of sessions. Blocks."""

import time

from sandbox import keys
from sandbox.connections import Redis
from sandbox.engine.hosts import ContainerInfo, Host
from sandbox.exceptions import HostError
from sandbox.limits import RUN_KEYS_SECONDS
from sandbox.pool import losses
from sandbox.pool.reaper import Known, Patience, strays
from sandbox.pool.removals import Removals


class Sweeper:
    """`sweep` with each new list of the host's containers."""

    def __init__(self, host: Host, redis: Redis, grace_seconds: float) -> None:
        self._redis = redis
        self._patience = Patience(grace_seconds)
        self._removals = Removals(host)

    def left(self) -> list[str]:
        """A sentence about each that its engine would not remove."""
        return self._removals.left()

    def sweep(self, containers: list[ContainerInfo]) -> str:
        """Remove what is nobody's; after a loss of Redis, whose name is returned, at once."""
        # After a loss of Redis nothing is placed before this; what it does not know can't be served any more.
        loss = losses.name(self._redis)
        wanted_by_none = strays(containers, self._known(containers))
        if loss:
            self._note_bereft([one.session for one in wanted_by_none if one.session])
        found = [container.name for container in wanted_by_none]
        found += [one.name for one in containers if one.role == "selftest"]  # ours ended before this round
        lasting = self._patience.lasting(found, time.monotonic())
        self._removals.remove(found if loss else lasting)
        if loss and (left := self._removals.left()):
            raise HostError(left[0])
        return loss

    def _note_bereft(self, sessions: list[str]) -> None:
        """What these sessions ran may have begun: the service must not send it again."""
        if sessions:
            self._redis.hset(keys.BEREFT, mapping=dict.fromkeys(sessions, time.time()))
            self._redis.expire(keys.BEREFT, RUN_KEYS_SECONDS)

    def _known(self, containers: list[ContainerInfo]) -> dict[str, Known]:
        sessions = sorted({container.session for container in containers if container.session})
        pipeline = self._redis.pipeline(transaction=False)
        for session in sessions:
            pipeline.exists(keys.SESSION % session)
            pipeline.hget(keys.SESSION % session, "container")
            pipeline.get(keys.LEASE % session)
        answers = pipeline.execute()
        known = {}
        for number, session in enumerate(sessions):
            exists, container, lease = answers[3 * number : 3 * number + 3]
            if exists:
                known[session] = Known((container or b"").decode(), (lease or b"").decode())
        return known

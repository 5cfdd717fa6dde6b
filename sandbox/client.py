"""The door: the only way from `ide` into the sandbox. Async; one `Client` a process and event loop.

    await client.put_blobs([b"main = print 1\\n"])
    await client.open(opening, manifest)
    await client.send(session_id, Start(...))
    async with client.follow(run_id) as follower:
        async for seq, event in follower:
            ...
            follower.acknowledge(seq)
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType

from sandbox.config import Config
from sandbox.messages import (
    Finished,
    HostFigures,
    InboxMessage,
    Opening,
    Pool,
    Record,
    RunEvent,
    SessionEvent,
    Status,
)


class Client:
    """Everything that the service can ask of the sandbox."""

    def __init__(self, config: Config) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        """Give the connections back."""
        raise NotImplementedError

    # --- contents ---------------------------------------------------------------------------------------------

    async def put_blobs(self, contents: Iterable[bytes]) -> list[str]:
        """Keep each content for an hour (longer when put again); returns their SHA-256 hashes in order."""
        raise NotImplementedError

    async def blob(self, sha256: str) -> bytes | None:
        """A blob's bytes, such as an overlay that a `SessionChanged` record names; None when it is gone."""
        raise NotImplementedError

    # --- sessions ---------------------------------------------------------------------------------------------

    async def open(self, opening: Opening, manifest: Mapping[str, str]) -> None:
        """Make the session known, or renew what is known of it, and wake it. A live container is kept.

        Raises PoolFull when it would have to wait and the queue is at its bound.
        """
        raise NotImplementedError

    async def send(self, session_id: str, *messages: InboxMessage) -> None:
        """Put messages into the session's inbox, in order, and wake it if no relay serves it.

        Raises SessionLost when the session was never opened or has ended.
        """
        raise NotImplementedError

    async def status(self, session_id: str) -> Status | None:
        """The session's last state; None when it is not known."""
        raise NotImplementedError

    def events(self, session_id: str, after: str | None = None) -> AsyncIterator[tuple[str, SessionEvent]]:
        """The session's events after an entry (None: from now on), each with its entry id; endless."""
        raise NotImplementedError

    async def publish(self, session_id: str, event: SessionEvent) -> None:
        """Tell everybody who listens to the session; used for `FileChanged` and `RunStarted`."""
        raise NotImplementedError

    # --- runs -------------------------------------------------------------------------------------------------

    def follow(self, run_id: str, after_seq: int = 0) -> "Follower":
        """The run's events after `after_seq`; see Follower."""
        raise NotImplementedError

    async def outcome(self, run_id: str) -> Finished | None:
        """How the run ended, as soon as it has; None while it has not, or when Redis no longer knows it."""
        raise NotImplementedError

    async def last_seq(self, run_id: str) -> int:
        """The number of the run's last event; 0 when it has none or is not known."""
        raise NotImplementedError

    async def finish(self, run_id: str, session_id: str, finished: Finished) -> None:
        """End a run that no agent will end (its session is lost or it was never taken): one `Finished`, once."""
        raise NotImplementedError

    # --- the pool ---------------------------------------------------------------------------------------------

    async def set_pool(self, pool: Pool) -> None:
        """Publish the hosts and toolchains that the database knows."""
        raise NotImplementedError

    async def pool(self) -> Pool | None:
        """What was published; None when Redis lost it."""
        raise NotImplementedError

    async def hosts(self) -> list[HostFigures]:
        """Each host as last watched."""
        raise NotImplementedError

    # --- records ----------------------------------------------------------------------------------------------

    async def records(self, consumer: str, count: int = 100, wait_seconds: float = 1.0) -> list[tuple[str, Record]]:
        """Records that nobody has settled: first this consumer's unsettled ones and those of dead consumers, then new."""
        raise NotImplementedError

    async def settle(self, entries: Iterable[str]) -> None:
        """These records are in the database."""
        raise NotImplementedError


class Follower:
    """Reads one run's events, in order and each once, and holds back at 1 MiB beyond what was acknowledged.

    A gap that the bounded buffer left is one `OutputDropped`. Iteration ends after `Finished`. Raises UnknownRun
    when Redis does not know the run. While it is live the program waits for it; leaving the context lets go.
    """

    async def __aenter__(self) -> "Follower":
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError

    def __aiter__(self) -> AsyncIterator[tuple[int, RunEvent]]:
        raise NotImplementedError

    def acknowledge(self, seq: int) -> None:
        """Everything up to `seq` was shown: more may come."""
        raise NotImplementedError

"""What `ide` says to a session: how it is opened, then its inbox."""

from typing import Annotated, Literal

from msgspec import Meta

from sandbox.limits import BENCHMARK_RUNS, ContainerLimits, RunLimits
from sandbox.messages.answers import TargetKind
from sandbox.messages.debugging import Breakpoints, Debug
from sandbox.messages.parts import (
    Id,
    LeftOut,
    Manifest,
    Mode,
    Path,
    Seconds,
    Sha256,
    Tagged,
    Terminal,
    Text,
    Version,
    Wire,
)
from sandbox.messages.questions import Ask, Cancel, Dump
from sandbox.messages.reports import Insight


class Opening(Wire, frozen=True):
    """What a session is opened with; kept in Redis until the session ends, so any relay can open it anywhere.

    `owner` is an opaque id of the user (for fairness and records). A `once` session ends with its one run.
    `weight` is the plan's: who has twice as much is served twice as often by a full pool.
    """

    session_id: Id
    owner: Id
    toolchain: Annotated[str, Meta(max_length=200)]  # the image's digest
    limits: ContainerLimits
    once: bool = False
    overlay: Sha256 | None = None  # a blob: the local changes to put back
    left_out: LeftOut | None = None  # what is not in it
    hibernate_seconds: Seconds = 900.0
    weight: Annotated[float, Meta(ge=1, le=1000)] = 100.0


class Sync(Tagged, frozen=True):
    """The workspace's tracked files are now exactly these; contents are blobs under their hash."""

    manifest: Manifest


class Edit(Tagged, frozen=True):
    """An editor's text of one file, ahead of what is saved.

    `version` rises per connection; told back with diagnostics.
    """

    path: Path
    version: Version
    text: Text


class Close(Tagged, frozen=True):
    """No editor has the file open any more: the manifest's contents hold again."""

    path: Path


class Target(Wire, frozen=True):
    """One of a file's runnables: what a run of mode `test` is about."""

    kind: TargetKind
    name: Annotated[str, Meta(min_length=1, max_length=2000)]


class Start(Tagged, frozen=True):
    """Run the program. Starting the same `run_id` twice does nothing the second time."""

    run_id: Id
    mode: Mode
    limits: RunLimits
    entry: Path | None = None
    optimization: Literal[0, 1, 2] | None = None  # as the package says, else 1
    args: Annotated[list[Annotated[str, Meta(max_length=4096)]], Meta(max_length=64)] = []
    stdin: Text | None = None  # None: input streams in by `Input`; text: that, then end of file
    terminal: Terminal | None = None
    breakpoints: Breakpoints = []  # of mode `debug`
    history: bool = True  # of mode `debug`: remember the way, which costs speed
    target: Target | None = None  # of `entry`; only with mode `test`
    manifest: Manifest | None = None  # what to run: as in `Sync`; editors' texts count as saved
    insight: Insight | None = None  # what else to tell of it, in one `Measured`; for native programs
    repeats: Annotated[int, Meta(ge=1, le=BENCHMARK_RUNS)] = 20  # of a benchmark
    dump: Dump | None = None  # of mode `check`: what GHC makes of one module, in one `Measured`


class Input(Tagged, frozen=True):
    run_id: Id
    text: Text | None = None
    eof: bool = False


class Resize(Tagged, frozen=True):
    run_id: Id
    columns: Annotated[int, Meta(ge=1, le=1000)]
    rows: Annotated[int, Meta(ge=1, le=1000)]


class Stop(Tagged, frozen=True):
    """SIGINT, after a grace time SIGKILL; a run that compiles or waits ends at once."""

    run_id: Id


class Restart(Tagged, frozen=True):
    """Throw the container away and open a fresh one from manifest and overlay."""


class Hibernate(Tagged, frozen=True):
    """Keep the local changes, then remove the container. Refused by a session with a live run."""


class End(Tagged, frozen=True):
    """The session is over: stop its runs, remove the container, forget it."""


InboxMessage = (
    Sync | Edit | Close | Ask | Cancel | Start | Input | Debug | Resize | Stop | Restart | Hibernate | End
)

"""Every number that caps a container, a run or a message, stated once.

Sizes are bytes and times are seconds. `ContainerLimits` is what one container may use and `RunLimits` what
one run may use; both come from a plan, and both are clamped here so that no limit is ever absent, zero or
endless.
"""

import msgspec

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
TIB = 1024 * GIB

# --- files ---
FILE_BYTES = 512 * KIB
WORKSPACE_FILES = 500
WORKSPACE_BYTES = 8 * MIB
PATH_BYTES = 255
OVERLAY_BYTES = 32 * MIB
LEFT_OUT_FILES = 20  # named of those that an overlay has no room for
PRODUCED_FILES = 200  # named of those that programs wrote
PRODUCED_PIECE_BYTES = 256 * KIB  # of one of them, in one answer
BLOB_SECONDS = 3600

# --- what crosses between relay and agent ---
FRAME_BYTES = 1 * MIB  # one line of JSON, either way
INBOX_MESSAGE_BYTES = FRAME_BYTES - 1 * KIB  # without what a `deliver` puts around it
OUTPUT_CHUNK_BYTES = 256 * KIB  # one `output` event
INPUT_BYTES = 4 * MIB  # sent to a program that does not read
PIPE_BYTES = 256 * KIB  # of a program's standard output, and of the agent's
UNACKNOWLEDGED_BYTES = 1 * MIB  # frames of one channel that the agent keeps; beyond that a program waits
DIAGNOSTICS = 500  # of one load; more are cut and said
MESSAGE_BYTES = 16 * KIB  # one diagnostic's text
ANSWER_ITEMS = 2000  # of one language answer: places, symbols, completions
ANSWER_BYTES = 512 * KIB  # one language answer; every window of the session is sent it
REPORT_BYTES = 512 * KIB  # what one run shows of itself besides its output
REPORT_ITEMS = 3000  # marks of coverage, calls of a profile
REPORT_MODULES = 500
BENCHMARK_RUNS = 200
QUESTION_SECONDS = 10.0
EVALUATION_SECONDS = 30.0  # of all of a file's examples
INFER_SECONDS = 20.0  # of a type, for which a module is checked twice more
RENAME_SECONDS = 60.0  # of a name in all files, which are compiled before and after it
DUMP_SECONDS = 40.0  # of a module that is compiled to be looked at, and of what it imports
ASIDE_SECONDS = 75.0  # the same in a session of its own, with its wait for room
EXAMPLE_SECONDS = 5.0  # of one
EXAMPLE_BYTES = 64 * KIB  # that one may print
BREAKPOINTS = 100  # of one run under the debugger
DEBUG_LOCALS = 100
DEBUG_HISTORY = 50
DEBUG_EVENT_BYTES = 64 * KIB  # all of its values
QUESTIONS = 64  # of one window that wait at once
SEARCH_CHARACTERS = 500  # of one query
SEARCH_RESULTS = 100
TOKENS = 15_000  # coloured names of one file, which an answer has room for
SYMBOLS = 200  # of the workspace that one query finds
SOUGHT = 100  # names that one question looks for
EXPORTERS = 12  # of one name that are told

# --- events ---
RUN_EVENTS_BYTES = 4 * MIB
RUN_EVENTS_SECONDS = 600
FOLLOWER_WINDOW_BYTES = 1 * MIB
FOLLOWER_LIVE_SECONDS = 10
SESSION_EVENTS = 2000
SESSION_EVENTS_BYTES = 4 * MIB
OUTPUT_TAIL_BYTES = 64 * KIB
OUTPUT_SLACK_BYTES = 1 * MIB  # that an agent may pass on beyond the limit of a run before it is stopped
RUN_AWAITED_SECONDS = 60  # that a session for one run is known without it
RUN_KEYS_SECONDS = 26 * 3600  # of a run whose end nobody saw
INBOX_MESSAGES = 5000  # unread ones of one session
INBOX_BYTES = 16 * MIB

# --- lives ---
LEASE_SECONDS = 6.0
RELAY_QUIET_SECONDS = 5.0
ATTACH_SECONDS = 5.0
STOP_GRACE_SECONDS = 1.0
HIBERNATE_SECONDS = 900
DEAD_MAN_EXTRA_SECONDS = 300
RUN_DEADLINE_EXTRA_SECONDS = 60
CONTAINER_AGE_SECONDS = 24 * 3600
ONE_SHOT_WAIT_SECONDS = 30
QUEUE_SESSIONS = 200
ATTENDED_SECONDS = 45.0  # that a session waits on: a window says three times in this time that it is there
LEFT_SECONDS = 20.0  # after the window: who reloads the page keeps their place
KEEPER_SECONDS = 2.0

# --- a container's fixed parts ---
USER_ID = 10000
MOST_CPUS = 4.0
WORK_INODES = 20_000
TMP_BYTES = 32 * MIB
OPEN_FILES = 1024
CREATED_FILE_BYTES = 256 * MIB
LOCKED_BYTES = 64 * KIB
OOM_SCORE = 500
PROGRAM_OOM_SCORE = 1000
PROGRAM_NICE = 10  # of 19: a hundred processes of it weigh as ten
CONTAINER_OVERHEAD_BYTES = 14 * MIB  # the shim, outside the cgroup


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


class ContainerLimits(msgspec.Struct, frozen=True, rename="camel"):
    """What one container may use."""

    memory_bytes: int = 1 * GIB
    cpus: float = 1.0
    pids: int = 128
    cpu_weight: int = 100  # 1..1000, relative to other containers of the host
    disk_bytes: int = 192 * MIB  # of `/work`, at most a quarter of the memory

    def clamped(self) -> "ContainerLimits":
        """The same limits with every number between its floor and its ceiling."""
        return ContainerLimits(
            memory_bytes=int(_clamp(self.memory_bytes, 256 * MIB, 8 * GIB)),
            cpus=_clamp(self.cpus, 0.1, MOST_CPUS),
            pids=int(_clamp(self.pids, 64, 1024)),
            cpu_weight=int(_clamp(self.cpu_weight, 1, 1000)),
            disk_bytes=int(_clamp(self.disk_bytes, 16 * MIB, 2 * GIB)),
        )

    @property
    def work_bytes(self) -> int:
        """Size of the tmpfs on `/work`: it counts in the container's memory."""
        return min(self.disk_bytes, self.memory_bytes // 4)


class RunLimits(msgspec.Struct, frozen=True, rename="camel"):
    """What one run may use: wall clocks of its two phases and the bytes that it may print."""

    compile_seconds: float = 60.0
    run_seconds: float = 60.0
    test_seconds: float = 120.0
    idle_seconds: float = 900.0  # a REPL ends after this long without input
    output_bytes: int = 8 * MIB

    def clamped(self) -> "RunLimits":
        """The same limits with every number between its floor and its ceiling."""
        return RunLimits(
            compile_seconds=_clamp(self.compile_seconds, 1, 600),
            run_seconds=_clamp(self.run_seconds, 1, 3600),
            test_seconds=_clamp(self.test_seconds, 1, 3600),
            idle_seconds=_clamp(self.idle_seconds, 10, 7200),
            output_bytes=int(_clamp(self.output_bytes, 1 * KIB, 64 * MIB)),
        )

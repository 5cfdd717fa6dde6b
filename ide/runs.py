"""Starting a run, for the socket and for one-shot requests alike.

    admitted ── row committed ── blobs, `Start` and `RunStarted` sent

If we die between the commit and the sending, the recorder sends again what the row keeps (`Run.start`).
"""

from collections.abc import Iterable
from functools import partial

import msgspec

from ide.database import in_database
from ide.door import door
from ide.exceptions import Invalid, NotFound, NotInPlan, TooLarge
from ide.models import Run, Workspace
from ide.prepared import Prepared
from ide.protocol import RunStart
from ide.quota.admission import let_run
from ide.quota.charges import uncount
from ide.quota.quotas import Allowance
from ide.workspaces import files, paths
from ide.workspaces.sessions import send
from sandbox.exceptions import InboxFull
from sandbox.limits import INBOX_MESSAGE_BYTES
from sandbox.messages import (
    Finished,
    Insight,
    Mode,
    Output,
    RunEvent,
    RunStarted,
    Start,
    Stream,
    Timings,
    Usage,
    encode,
    to_wire,
)

BENCHMARK_USUAL = 20
INSIGHTS: dict[Insight, tuple[Mode, ...]] = {
    "statistics": ("compile",),
    "coverage": ("compile", "test"),
    "profile": ("compile",),
    "benchmark": ("compile",),
}

AS_IT_IS = Prepared(
    lambda given: (
        Workspace.objects.filter(pk=given("workspace"))
        .order_by()
        .values_list("options", "toolchain__name", "toolchain__digest")
    )
)


async def start_run(workspace: Workspace, wanted: RunStart, contents: Iterable[bytes]) -> Run:
    """Admit the run, write its row, send it. The same `request_id` again gives the same run, started once.

    `contents` are files that the sandbox may lack. Raises Fault and SandboxError.
    """
    run = Run(user_id=workspace.user_id, workspace=workspace, request_id=wanted.request_id, mode=wanted.mode)
    admitted = await let_run(run, complete=partial(_complete, workspace=workspace, wanted=wanted))
    if admitted is run:
        await send_start(workspace, admitted, contents)
    return admitted


async def send_start(workspace: Workspace, run: Run, contents: Iterable[bytes]) -> None:
    """Send a run that has its row; sending it twice starts it once. One that is refused ends."""
    started = RunStarted(run_id=run.run_id, mode=run.mode, entry=run.entry or None)  # type: ignore[arg-type]
    try:
        await send(workspace, start_of(run), contents=contents, events=[started])
    except InboxFull as full:
        await door().finish(run.run_id, run.session_id, Finished("stopped", reason=str(full)))
        await in_database(uncount, run.run_id)
        raise


def start_of(run: Run) -> Start:
    """The message that a run's row keeps."""
    return msgspec.convert(run.start, Start)


def _complete(run: Run, allowance: Allowance, workspace: Workspace, wanted: RunStart) -> None:
    """What the row says of the workspace as it is now."""
    found = AS_IT_IS(workspace=workspace.pk)
    if not found:
        raise NotFound("There is no such workspace among yours.")
    ((options, run.toolchain_name, run.toolchain_digest),) = found
    start = _start(workspace, options.get("entry"), wanted, run.run_id, allowance)
    run.session_id = workspace.session_id
    run.entry = start.entry or ""
    run.start = to_wire(start)


def check_size(start: Start) -> None:
    """Raises TooLarge for one that an inbox does not take: JSON may need six bytes for one of the input's."""
    if len(encode(start)) > INBOX_MESSAGE_BYTES:
        field = "stdin" if start.stdin else "args"
        raise TooLarge("Arguments and input are too large together: have the program read a file.", field)


def message_for(workspace: Workspace, wanted: RunStart, run_id: str, allowance: Allowance) -> Start:
    """The message that starts a run of the workspace's files, on whatever toolchain. Raises Fault."""
    found = Workspace.objects.filter(pk=workspace.pk).values_list("options", flat=True)
    if not found:
        raise NotFound("There is no such workspace among yours.")
    return _start(workspace, found[0].get("entry"), wanted, run_id, allowance)


def _start(
    workspace: Workspace, entry: str | None, wanted: RunStart, run_id: str, allowance: Allowance
) -> Start:
    manifest = files.manifest(workspace)
    if wanted.entry is not None and wanted.entry not in manifest:
        raise Invalid(f"There is no file {paths.shorten(wanted.entry)} in this workspace.", "entry")
    _check_insight(wanted, allowance)
    if wanted.target and (wanted.mode != "test" or wanted.entry is None):
        raise Invalid("A target is one of an entry's, and is run with mode test.", "target")
    # The workspace's entry is its program; which file holds its tests the agent finds.
    usual = None if wanted.mode == "test" else entry
    start = Start(
        run_id=run_id,
        mode=wanted.mode,
        limits=allowance.run_limits(),
        entry=wanted.entry or usual or None,
        optimization=wanted.optimization,
        args=wanted.args,
        stdin=wanted.stdin,
        terminal=wanted.terminal,
        target=wanted.target,
        breakpoints=wanted.breakpoints,
        history=wanted.history,
        manifest=manifest,
        insight=wanted.insight,
        repeats=wanted.repeats or BENCHMARK_USUAL,
    )
    check_size(start)
    return start


def _check_insight(wanted: RunStart, allowance: Allowance) -> None:
    """Only native programs have insights: what a plan says of compiling holds for all of them."""
    if wanted.insight is None:
        return
    if wanted.mode not in INSIGHTS[wanted.insight]:
        modes = " or ".join(INSIGHTS[wanted.insight])
        raise Invalid(f"“{wanted.insight}” is told of runs of mode {modes}.", "insight")
    if not allowance.compile_allowed:
        raise NotInPlan("Your plan does not include native programs: use Run.", "compile_allowed", 0)


def ending_of(run: Run) -> list[RunEvent]:
    """What the row keeps of a run that has ended: the last output, and how it ended."""
    if run.outcome is None:
        return []
    first: Stream = "terminal" if run.start.get("terminal") else "stdout"
    parts: list[tuple[Stream, str]] = [(first, run.stdout), ("stderr", run.stderr)]
    return [*(Output(stream=stream, text=text) for stream, text in parts if text), finished_of(run)]


def finished_of(run: Run) -> Finished:
    """The final event of a run that has ended, from its row."""
    final = {
        "type": "finished",
        "outcome": run.outcome,
        "phase": run.phase or None,
        "exitCode": run.exit_code,
        "signal": run.signal or None,
        "diagnostics": run.diagnostics,
        "timings": to_wire(Timings(run.queued_seconds, run.compile_seconds, run.run_seconds)),
        "usage": to_wire(Usage(run.cpu_seconds, run.peak_memory_bytes)),
        "reason": run.reason or None,
    }
    return msgspec.convert(final, Finished)

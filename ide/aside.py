"""Runs of a workspace's files beside its own session: each in an unnamed session that ends with it.

    admitted ── row committed ── into its session (ide.unnamed) ── followed like any other run

So the same files run on other toolchains than the workspace's own, and on its variant for profiling.
"""

import contextlib
import time
import uuid

import msgspec

from ide import units
from ide.database import in_database
from ide.door import door
from ide.models import File, Run, Toolchain, Workspace
from ide.protocol import ErrorCode, RunStart
from ide.quota.admission import let_run
from ide.quota.quotas import Allowance
from ide.quota.standing import allowance_of
from ide.runs import message_for
from ide.socket.jsonrpc import Refusal
from ide.unnamed import enter, give_up, opening_for
from sandbox.exceptions import SessionLost
from sandbox.messages import PROFILING, Build, Dump, Finished, Opening, Stop, to_wire

REQUEST_CHARACTERS = 40  # of a request's id; the toolchain's name comes after them


class _Aside:
    """One run on its way in."""

    def __init__(
        self, workspace: Workspace, wanted: RunStart, toolchain: Toolchain, dump: Dump | None
    ) -> None:
        self._workspace, self._wanted, self._toolchain, self._dump = workspace, wanted, toolchain, dump
        self.opening: Opening | None = None
        self.contents: list[bytes] = []
        run_id = uuid.uuid4()
        self.run = Run(
            id=run_id,
            user_id=workspace.user_id,
            workspace=workspace,
            request_id=f"{wanted.request_id[:REQUEST_CHARACTERS]}.{toolchain.name}"[:64],
            session_id=run_id.hex,
            toolchain_name=toolchain.profiles or toolchain.name,
            toolchain_digest=toolchain.digest,
            mode=wanted.mode,
        )

    def complete(self, run: Run, allowance: Allowance) -> None:
        """The files as they are saved now."""
        start = message_for(self._workspace, self._wanted, run.run_id, allowance)
        start = msgspec.structs.replace(start, dump=self._dump)
        run.entry = start.entry or ""
        run.start = to_wire(start)
        files = File.objects.filter(workspace=self._workspace)
        self.contents = [text.encode() for text in files.values_list("text", flat=True)]
        self.opening = opening_for(run, allowance)


async def start_aside(
    workspace: Workspace, wanted: RunStart, toolchain: Toolchain, dump: Dump | None = None
) -> Run:
    """Admit the run, write its row, open its session; the same request on a toolchain is the same run.

    With `dump` a `check` looks at one module instead. Raises Fault and SandboxError.
    """
    aside = _Aside(workspace, wanted, toolchain, dump)
    run = await let_run(aside.run, complete=aside.complete)
    if run is aside.run and aside.opening:
        await enter(run, aside.opening, aside.contents)
    return run


async def stop_aside(run: Run) -> None:
    """SIGINT to its program; while it waits for room it ends at once. One that has ended stays as it is."""
    status = await door().status(run.session_id)
    if status is None or status.state in ("waiting", "starting"):
        await give_up(run, Finished("stopped", reason="It was stopped before it began."))
        return
    with contextlib.suppress(SessionLost):
        await door().send(run.session_id, Stop(run_id=run.run_id))


def allowed_toolchains(workspace: Workspace) -> list[Toolchain]:
    """Those that the plan of the workspace's user has, the default one first."""
    allowed = allowance_of(workspace.user).toolchains
    found = Toolchain.offered().defer("packages").order_by("-is_default", "name")
    return [each for each in found if not allowed or each.name in allowed]


async def variant_for_profiling(workspace: Workspace) -> Toolchain:
    """Of the workspace's toolchain; it is made when it is first asked for. Raises Refusal."""
    name, known = await in_database(_variant_of, workspace)
    if known is None:
        raise _being_made(name, await door().want_build(name + PROFILING))
    if not known.enabled:
        raise _not_given(name, known)
    return known


def _variant_of(workspace: Workspace) -> tuple[str, Toolchain | None]:
    """The toolchain's name; of its variants the one that people have, else one that arrives, else any."""
    name = Toolchain.objects.values_list("name", flat=True).get(workspaces=workspace)
    known = Toolchain.objects.filter(profiles=name).defer("packages").order_by("-enabled", "-arriving")
    return name, known.first()


def _not_given(name: str, variant: Toolchain) -> Refusal:
    """Why people do not get a variant that was made; one that was retired is not made anew for them."""
    if variant.arriving:
        sentence = f"The variant for profiling of {name} is on its way to the machines."
        return Refusal(ErrorCode.REQUEST_FAILED, sentence, {"building": True, "seconds": 0})
    return Refusal(
        ErrorCode.REQUEST_FAILED, f"The administrator has retired the variant for profiling of {name}."
    )


def _being_made(name: str, build: Build | None) -> Refusal:
    """Why the variant is not there; `data.building`: ask again in some seconds."""
    lacks = f"{name} has no variant for profiling yet"
    if build is None:
        command = f"python -m sandbox.toolchains build --profiling {name}"
        return Refusal(ErrorCode.REQUEST_FAILED, f"{lacks}. The administrator makes it: {command}")
    if build.state == "failed":
        return Refusal(ErrorCode.REQUEST_FAILED, f"{lacks}, and it could not be made: {build.said}")
    seconds = max(0, round(time.time() - build.since))
    sentence = f"{lacks}: it is being made, since {units.seconds(seconds)}. That takes minutes."
    return Refusal(ErrorCode.REQUEST_FAILED, sentence, {"building": True, "seconds": seconds})


async def chosen_toolchains(workspace: Workspace, names: list[str] | None) -> list[Toolchain]:
    """The named ones of those that are allowed, or all."""
    allowed = await in_database(allowed_toolchains, workspace)
    return allowed if names is None else [each for each in allowed if each.name in names]

"""What a host's warm pool needs next: a pure function of what is there."""

from collections.abc import Mapping, Sequence

import msgspec

from sandbox.engine import kinds
from sandbox.engine.hosts import PROFILE_LABEL, ContainerInfo, Spec
from sandbox.limits import CONTAINER_OVERHEAD_BYTES, MIB

WARM_SECONDS = 6 * 3600  # a waiting container is replaced at this age
ADOPT_SECONDS = 10.0  # one that stands in no index for so long was not just taken: it belongs to nobody
CHECK_SECONDS = 300.0  # a waiting one is asked again, which also keeps its dead-man from ending it
UNSTARTED_SECONDS = 60.0  # one that does not run for so long never will
COST_BYTES = 160 * MIB + CONTAINER_OVERHEAD_BYTES  # what a waiting container holds


class Wanted(msgspec.Struct, frozen=True):
    """So many containers of a kind (see `engine/kinds.py`), made by this spec."""

    kind: str
    spec: Spec
    count: int

    @property
    def profile(self) -> str:
        digest: str = self.spec["Labels"][PROFILE_LABEL]
        return digest


class View(msgspec.Struct, frozen=True):
    """What a host has: its warm containers, the names in the index (read before them), what is on its way."""

    at: float
    containers: Sequence[ContainerInfo]
    indexed: Mapping[str, frozenset[str]]  # kind → names
    coming: Mapping[str, str] = {}  # name → kind of what is being created or checked
    strays: Mapping[str, float] = {}  # name → since when it stands in no index
    checked: Mapping[str, float] = {}  # name → when it last answered
    since: Mapping[str, float] = {}  # name → when it was first seen: an engine's clock may be off by hours
    room_bytes: int = 0  # negative: sessions need the memory


class Upkeep(msgspec.Struct, frozen=True):
    """What to do. `forget`: names without a container; `create`: a kind for each container to make."""

    forget: list[tuple[str, str]]
    remove: list[ContainerInfo]
    adopt: list[ContainerInfo]
    check: list[ContainerInfo]
    create: list[str]


def decide(view: View, wanted: Sequence[Wanted]) -> Upkeep:
    """The whole upkeep: what ended, is too old, of another make or too much goes; what is missing comes."""
    want = {one.kind: one for one in wanted}
    settled = [one for one in view.containers if one.name not in view.coming]
    useless = [one for one in settled if _useless(one, want.get(kind_of(one)), view)]
    running = [one for one in settled if one not in useless and one.state == "running"]
    adopt = [one for one in running if _ownerless(one, view)]
    ready = [one for one in running if one.name in view.indexed.get(kind_of(one), ())]
    surplus = [one for kind in wanted for one in _surplus(kind, ready)]
    if view.room_bytes < 0 and not surplus:
        surplus = _oldest(ready)[: -(view.room_bytes // COST_BYTES)]
    coming = [*view.coming.values(), *(kind_of(one) for one in adopt)]
    kept = [one for one in ready if one not in surplus]
    have = [*coming, *(kind_of(one) for one in kept)]
    return Upkeep(
        forget=_gone(view),
        remove=useless + surplus,
        adopt=adopt,
        check=[one for one in kept if view.at - view.checked.get(one.name, 0.0) > CHECK_SECONDS],
        create=_missing(wanted, have, view.room_bytes, len(coming)),
    )


def kind_of(one: ContainerInfo) -> str:
    """What it can be handed out as; one that does not tell its size was made before there were several."""
    return kinds.kind(one.toolchain, one.work_bytes or kinds.USUAL)


def _useless(one: ContainerInfo, wanted: Wanted | None, view: View) -> bool:
    age = view.at - view.since.get(one.name, view.at)
    if one.state != "running":
        return one.state in ("exited", "dead") or age > UNSTARTED_SECONDS
    return wanted is None or one.profile != wanted.profile or age > WARM_SECONDS


def _ownerless(one: ContainerInfo, view: View) -> bool:
    """In no index, and not because a session takes it at this moment."""
    return view.at - view.strays.get(one.name, view.at) >= ADOPT_SECONDS


def _oldest(containers: Sequence[ContainerInfo]) -> list[ContainerInfo]:
    return sorted(containers, key=lambda one: one.created)


def _surplus(wanted: Wanted, ready: Sequence[ContainerInfo]) -> list[ContainerInfo]:
    mine = _oldest([one for one in ready if kind_of(one) == wanted.kind])
    return mine[: max(0, len(mine) - wanted.count)]


def _missing(wanted: Sequence[Wanted], have: Sequence[str], room_bytes: int, coming: int) -> list[str]:
    """Kinds in turn, as many as memory allows; what is coming does not show in the memory yet."""
    short = {one.kind: one.count - have.count(one.kind) for one in wanted}
    rounds = range(1, max(short.values(), default=0) + 1)
    asked = [kind for number in rounds for kind, lacks in short.items() if lacks >= number]
    return asked[: max(0, room_bytes // COST_BYTES - coming)]


def _gone(view: View) -> list[tuple[str, str]]:
    names = {one.name for one in view.containers}
    return [(kind, name) for kind, some in view.indexed.items() for name in sorted(some) if name not in names]

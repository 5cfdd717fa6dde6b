"""Kinds of warm containers: by toolchain and by the size of `/work`, which can't change later. Pure.

The usual kind is named by the toolchain's digest alone, larger ones also by their size: `sha256:…/768`.
"""

from sandbox.engine import profile
from sandbox.limits import MIB, ContainerLimits

USUAL = profile.WARM.work_bytes
SIZES = tuple(USUAL * 2**number for number in range(4))


def size_for(limits: ContainerLimits) -> int:
    """The largest `/work` that is not above what was promised, nor far below it; 0: none is so small."""
    return max((size for size in SIZES if size <= limits.work_bytes), default=0)


def kind(toolchain: str, work_bytes: int) -> str:
    """The name of the kind; "" where there is none of that size."""
    if work_bytes not in SIZES:
        return ""
    return toolchain if work_bytes == USUAL else f"{toolchain}/{work_bytes // MIB}"


def is_usual(kind: str) -> bool:
    return "/" not in kind


def kind_for(toolchain: str, limits: ContainerLimits) -> str:
    """The kind that suits a session with these limits; "" when none does."""
    return kind(toolchain, size_for(limits))


def limits_of(work_bytes: int) -> ContainerLimits:
    """What a warm container of that size is made with."""
    usual = profile.WARM
    return ContainerLimits(
        memory_bytes=max(usual.memory_bytes, 4 * work_bytes),
        disk_bytes=work_bytes,
        cpu_weight=usual.cpu_weight,
    )

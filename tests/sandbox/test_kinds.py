"""A warm container is handed out only to who was promised about as large a /work as it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine import kinds, profile
from sandbox.limits import GIB, MIB, ContainerLimits

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        (profile.WARM, 192 * MIB),
        (ContainerLimits(), 192 * MIB),
        (ContainerLimits(memory_bytes=512 * MIB), 0),
        (ContainerLimits(memory_bytes=2 * GIB, disk_bytes=GIB), 384 * MIB),
        (ContainerLimits(memory_bytes=4 * GIB, disk_bytes=GIB), 768 * MIB),
        (ContainerLimits(memory_bytes=8 * GIB, disk_bytes=2 * GIB), 1536 * MIB),
    ],
)
def test_the_size_is_the_largest_that_is_not_above_the_limit(limits: ContainerLimits, size: int) -> None:
    assert kinds.size_for(limits) == size
    assert kinds.kind_for(DIGEST, limits) == kinds.kind(DIGEST, size)


@given(st.integers(256 * MIB, 8 * GIB), st.integers(16 * MIB, 2 * GIB))
def test_nobody_gets_more_than_promised_nor_less_than_half(memory: int, disk: int) -> None:
    limits = ContainerLimits(memory_bytes=memory, disk_bytes=disk).clamped()
    size = kinds.size_for(limits)
    assert size <= limits.work_bytes
    assert limits.work_bytes < 2 * max(size, kinds.USUAL)


@pytest.mark.parametrize("size", kinds.SIZES)
def test_a_warm_container_has_the_work_of_its_kind(size: int) -> None:
    limits = kinds.limits_of(size)
    assert limits.clamped() == limits
    assert limits.work_bytes == size
    assert kinds.kind(DIGEST, size) == kinds.kind_for(DIGEST, limits)


def test_the_usual_kind_is_made_as_it_always_was() -> None:
    assert kinds.limits_of(kinds.USUAL) == profile.WARM
    assert kinds.kind(DIGEST, kinds.USUAL) == DIGEST

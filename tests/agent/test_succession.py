"""When the warm GHCi is followed by a new one. Nothing runs here."""

import math
from itertools import pairwise
from typing import Any

import pytest

from sandbox.agent import cgroup
from sandbox.agent.layout import Layout, Options
from sandbox.agent.succession import GHCI_BYTES, GHCI_LOADS, SMALL_GHCI_BYTES, Succession, enough_bytes
from sandbox.limits import GIB, MIB
from tests.agent.ghcless import FakeWarm

_EMPTY = Layout(Options())


@pytest.fixture(autouse=True)
def a_small_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "memory_limit_bytes", lambda: 512 * MIB)


class Played:
    """Loads of nothing, each by a GHCi that holds so much before it."""

    def __init__(self) -> None:
        self.made: list[FakeWarm] = []
        self.succession = Succession(self._make)

    def _make(self) -> Any:
        self.made.append(FakeWarm())
        return self.made[-1]

    async def load(self, held_bytes: int) -> FakeWarm:
        self.made[-1].held_bytes = held_bytes
        await self.succession.load(_EMPTY, _EMPTY, None, None, 10)
        return self.made[-1]


async def test_one_that_grew_too_large_for_the_container_is_followed_at_the_next_load() -> None:
    played = Played()
    for held in (70, 80, 160):
        await played.load(held * MIB)
    assert len(played.made) == 1
    await played.load(180 * MIB)
    assert [each.ended for each in played.made] == [True, False]


async def test_one_whose_workspace_needs_so_much_stays() -> None:
    played = Played()
    for held in (70, 80, 200, 200, 250, 290):  # the third makes a new one, which is as large at once
        await played.load(held * MIB)
    assert len(played.made) == 2
    await played.load(380 * MIB)
    assert len(played.made) == 3


async def test_one_that_was_used_for_long_is_followed() -> None:
    played = Played()
    await played.load(70 * MIB)
    await played.load(70 * MIB)
    played.made[0].loads = GHCI_LOADS + 1
    await played.load(70 * MIB)
    assert len(played.made) == 2


def test_what_it_may_hold_follows_the_container_within_bounds() -> None:
    sizes = [128 * MIB, 256 * MIB, 512 * MIB, 900 * MIB, GIB, 8 * GIB, math.inf]
    allowed = [enough_bytes(size) for size in sizes]
    assert all(small <= large for small, large in pairwise(allowed))
    assert (allowed[0], allowed[-1]) == (SMALL_GHCI_BYTES, GHCI_BYTES)
    assert allowed[2] < 512 * MIB / 2

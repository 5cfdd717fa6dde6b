"""What GHCi is told for a load. Nothing runs here."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sandbox.agent.ghci import Hear, MakeHear
from sandbox.agent.warm import Warm


async def test_each_command_of_a_load_is_heard_by_itself(tmp_path: Path) -> None:
    told: list[str] = []
    heard: list[Hear] = []

    def make() -> Hear:
        pieces: list[bytes] = []
        return pieces.append

    async def command(text: str, timeout: float, hear: MakeHear | None = None) -> str:
        told.append(text)
        if hear:
            heard.append(hear())
        return ""

    reaper: Any = None
    warm = Warm(reaper, tmp_path, lambda questions: None)
    warm.ghci = SimpleNamespace(command=command)  # type: ignore[assignment]
    for targets in (["A.hs", "B.hs"], ["B.hs", "C.hs"], ["B.hs", "C.hs"]):
        await warm.load((".",), targets, 10, make)
    roots, *loads = told
    assert roots == ":set -i."
    assert loads == [':load "A.hs" "B.hs"', ':unadd "A.hs"', ':add "C.hs"', ":reload"]
    assert len({id(each) for each in heard}) == len(heard) == len(loads)

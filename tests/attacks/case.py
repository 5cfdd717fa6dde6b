"""A hostile program, what may come of it, and what must be true after every one of them."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import redis

from sandbox import keys
from sandbox.limits import MIB
from tests.stack import Stack
from tests.wire import Window

PROGRAMS = Path(__file__).parent / "programs"
LEFT_BEHIND = "31337"  # in the command line of whatever tries to outlive its program
GROWTH_BYTES = 64 * MIB
HONEST = 'main :: IO ()\nmain = putStrLn "fine"\n'
PARTS = ("web", "worker", "redis")


def files(folder: str, name: str) -> dict[str, str]:
    """A program's files: those of its folder, or one."""
    place = PROGRAMS / folder / name
    if place.is_dir():
        return {str(each.relative_to(place)): each.read_text() for each in place.rglob("*") if each.is_file()}
    return {"Main.hs": place.with_suffix(".hs").read_text()}


@dataclass
class Ground:
    """The whole stack, on it somebody hostile and somebody honest with a session of their own."""

    stack: Stack
    mallory: str
    bob: str
    workspace: str
    resident: dict[str, int]  # bytes of each part before the first case

    @classmethod
    def of(cls, stack: Stack) -> "Ground":
        bob = stack.user("bob", runs_per_minute=1000)
        mallory = stack.user("mallory", runs_per_minute=1000, cpu_seconds_per_day=100_000)
        return cls(stack, mallory, bob, stack.workspace(bob, {"Main.hs": HONEST}), {})

    async def attack(
        self, program: dict[str, str], *, mode: str, wall_seconds: float, **more: Any
    ) -> dict[str, Any]:
        """The hostile program's answer, after all that must hold was seen to hold."""
        await asyncio.to_thread(self.stack.wait_for_warm)
        limits = {"wallSeconds": wall_seconds, "memoryBytes": 512 * MIB}
        body = {"files": program, "entry": "Main.hs", "mode": mode, "optimization": 0, "limits": limits}
        headers = {"Authorization": f"Bearer {self.mallory}"}
        async with httpx.AsyncClient(trust_env=False, timeout=200) as client:
            answer = await client.post(f"{self.stack.url}/api/v1/run", json=body | more, headers=headers)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        self.ended_once(told)
        await self.afterwards()
        return told

    async def afterwards(self) -> None:
        await self.honest()
        await asyncio.to_thread(self.stack.processes.wait, "The end of its container", self.alone, 30)
        self.stay_small()

    def ended_once(self, told: dict[str, Any]) -> None:
        with redis.Redis.from_url(self.stack.redis_url) as client:
            entries = client.xrange(keys.RUN_EVENTS % told["id"].replace("-", ""))
        events = [json.loads(fields[b"e"]) for _, fields in entries]
        ends = [each for each in events if each["type"] == "finished"]
        assert [each["outcome"] for each in ends] == [told["outcome"]]
        assert events[-1] == ends[0]

    async def honest(self) -> None:
        """Somebody else's program runs as ever."""
        async with Window.open(self.stack.url, self.workspace, self.bob) as window:
            run = await window.start()
            finished = await window.ended(run)
            assert (finished["outcome"], run.text["stdout"]) == ("exited", "fine\n")

    def alone(self) -> bool:
        """Nothing is left of the hostile one: neither its container, in whatever state, nor a process."""
        honest = self.workspace.replace("-", "")
        names = [str(each.name) for each in self.stack.containers()]
        if any("-s-" in name and honest not in name for name in names):
            return False
        return not any(LEFT_BEHIND in words for words in _words_of_processes())

    def stay_small(self) -> None:
        sizes = {name: psutil.Process(self.stack.pids[name]).memory_info().rss for name in PARTS}
        self.resident = self.resident or sizes
        grown = {name: size - self.resident[name] for name, size in sizes.items()}
        assert max(grown.values()) < GROWTH_BYTES, grown


def _words_of_processes() -> list[list[str]]:
    return [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]

"""Each figure of the table: what it does on our side, what it is compared with, and its target."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import psutil

from tests.bench import program
from tests.bench.bare import Bare
from tests.bench.measure import Figure, alternate, median, p95
from tests.stack import Stack
from tests.wire import Window

WARM_UP = 3


@dataclass(frozen=True)
class Bench:
    """What every figure has at hand."""

    stack: Stack
    bare: Bare
    token: str
    rounds: int

    def bare_seconds(self, command: str) -> Callable[[int], "asyncio.Future[float]"]:
        """The bare side of a pair: this round's edit, then the command, timed inside the container."""

        def once(number: int) -> "asyncio.Future[float]":
            files = {"Main.hs": program.edited(number)}
            expect = program.last_line(number)
            loop = asyncio.get_running_loop()
            return loop.run_in_executor(None, self.bare.seconds, command, files, expect)

        return once


async def edit_to_output(bench: Bench) -> AsyncIterator[Figure]:
    """From the edit's message to the program's last line, through the whole service."""
    workspace = bench.stack.workspace(bench.token, {"Main.hs": program.SOURCE})
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.initialize()
        await window.did_open("Main.hs", program.SOURCE)
        await window.ready()

        def through(**params: Any) -> Callable[[int], "asyncio.Future[float]"]:
            return lambda number: asyncio.ensure_future(edit_and_run(window, number, **params))

        ours, bare = await alternate(
            bench.rounds, WARM_UP, through(), bench.bare_seconds("ghc -v0 -O0 Main.hs && ./Main")
        )
        yield Figure("edit → output, interpret", median(ours) * 1000, "ms")
        yield Figure("edit → output, interpret, p95", p95(ours) * 1000, "ms")
        yield Figure("edit → output, interpret ÷ bare ghc -O0 + run", median(ours) / median(bare), "", 0.10)
        optimised = through(mode="compile", optimization=1)
        command = "ghc -v0 -O1 Main.hs && ./Main"
        ours, bare = await alternate(bench.rounds, WARM_UP, optimised, bench.bare_seconds(command))
        yield Figure("edit → output, compile -O1", median(ours) * 1000, "ms")
        yield Figure("edit → output, compile -O1, p95", p95(ours) * 1000, "ms")
        yield Figure("edit → output, compile -O1 ÷ bare ghc -O1 + run", median(ours) / median(bare), "", 0.40)


async def edit_and_run(window: Window, number: int, **params: Any) -> float:
    """Seconds from the round's edit to the program's last line, through the whole service."""
    began = time.perf_counter()
    await window.did_change("Main.hs", program.edited(number))
    run = await window.start(**params)
    await window.printed(run, program.last_line(number))
    taken = time.perf_counter() - began
    await window.ended(run)
    return taken


async def edit_to_diagnostics(bench: Bench) -> AsyncIterator[Figure]:
    """From the edit's message to the diagnostics of its version."""
    workspace = bench.stack.workspace(bench.token, {"Main.hs": program.SOURCE})
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.initialize()
        await window.did_open("Main.hs", program.SOURCE)
        await window.ready()
        taken = []
        for number in range(bench.rounds + WARM_UP):
            text = program.edited(number)
            if number % 2:  # a type error, every other time
                text = text.replace("words' = ", "words' = 'x' ")
            began = time.perf_counter()
            version = await window.did_change("Main.hs", text)
            await window.diagnostics("Main.hs", version)
            taken.append(time.perf_counter() - began)
        yield Figure("edit → diagnostics", median(taken[WARM_UP:]) * 1000, "ms", 60)
        yield Figure("edit → diagnostics, p95", p95(taken[WARM_UP:]) * 1000, "ms")


async def open_to_ready(bench: Bench) -> AsyncIterator[Figure]:
    """From connecting to `ready`, from the warm pool; beside `docker run` and GHCi's start."""

    async def ours(number: int) -> float:
        workspace = bench.stack.workspace(bench.token, {"Main.hs": program.SOURCE})
        await asyncio.to_thread(bench.stack.wait_for_warm)
        began = time.perf_counter()
        async with Window.open(bench.stack.url, workspace, bench.token) as window:
            await window.ready()
            taken = time.perf_counter() - began
        await asyncio.to_thread(bench.stack.delete_workspace, bench.token, workspace)
        return taken

    async def bare(number: int) -> float:
        return await docker_run(bench, "echo main | ghci -v0 -e 2", "2")

    mine, theirs = await alternate(bench.rounds, WARM_UP, ours, bare)
    yield Figure("open → ready, warm pool", median(mine) * 1000, "ms")
    yield Figure("open → ready, warm pool, p95", p95(mine) * 1000, "ms")
    yield Figure("open → ready ÷ docker run + GHCi start", median(mine) / median(theirs), "", 0.40)


async def docker_run(bench: Bench, command: str, expect: str, source: str = "") -> float:
    """Seconds of one `docker run --rm` of the toolchain's image with that shell command."""
    arguments = ["docker", "run", "--rm", "-i", "--network", "none", "--cpus", "1", "--memory", "1g"]
    arguments += ["--entrypoint", "sh", bench.bare.image, "-c", command]
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate(source.encode())
    if process.returncode or expect not in output.decode():
        raise RuntimeError(f"{command}: exit {process.returncode}: {output.decode()[-500:]}")
    return time.perf_counter() - began


HELLO = 'main :: IO ()\nmain = putStrLn "Hello"\n'


async def one_shot(bench: Bench) -> AsyncIterator[Figure]:
    """`POST /api/v1/run` from a client with no connection yet, beside `docker run … runghc`."""

    async def ours(number: int) -> float:
        await asyncio.to_thread(bench.stack.wait_for_warm)
        began = time.perf_counter()
        await post_run(bench)
        return time.perf_counter() - began

    async def bare(number: int) -> float:
        return await docker_run(bench, "cd /tmp && cat > Main.hs && runghc Main.hs", "Hello", HELLO)

    mine, theirs = await alternate(bench.rounds, WARM_UP, ours, bare)
    yield Figure("POST /run hello, warm pool", median(mine) * 1000, "ms")
    yield Figure("POST /run hello, warm pool, p95", p95(mine) * 1000, "ms")
    yield Figure("POST /run hello ÷ docker run --rm … runghc", median(mine) / median(theirs), "", 0.35)


async def post_run(bench: Bench) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.post(
            f"{bench.stack.url}/api/v1/run",
            json={"files": {"Main.hs": HELLO}},
            headers={"Authorization": f"Bearer {bench.token}"},
        )
    if answer.status_code != 200 or answer.json()["stdout"] != "Hello\n":
        raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")


async def idle_memory(bench: Bench) -> AsyncIterator[Figure]:
    """The private memory of everything in the container of a session that ran once and is idle."""
    private: list[float] = []
    for _ in range(bench.rounds):
        async with _window(bench) as (_, workspace):
            await asyncio.sleep(3)
            pids = await asyncio.to_thread(bench.stack.container_pids, workspace)
            private.append(sum(private_bytes(pid) for pid in pids))
    yield Figure("idle warm session's own memory", median(private) / 2**20, "MiB", 100)
    yield Figure("idle warm session's own memory, p95", p95(private) / 2**20, "MiB")


def private_bytes(pid: int) -> int:
    maps = psutil.Process(pid).memory_maps(grouped=True)
    return sum(one.private_dirty + one.private_clean for one in maps)


FLOOD_BYTES = 10 * 2**20
FLOOD = f"main :: IO ()\nmain = mapM_ putStrLn (replicate {FLOOD_BYTES // 1024} (replicate 1023 'x'))\n"


async def throughput(bench: Bench) -> AsyncIterator[Figure]:
    """10 MB of a native program's output to the client, beside `docker run … | cat`; memory meanwhile."""
    workspace = bench.stack.workspace(bench.token, {"Main.hs": FLOOD})
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.ready()
        await window.ended(await window.start("compile"))
        before = rss(bench)

        async def ours(number: int) -> float:
            run = await window.start("compile")
            await window.printed(run, "x")
            began, had = time.perf_counter(), len(run.text["stdout"])
            await window.ended(run)
            # As of `docker run`: until the last byte, without what the program's end takes.
            return (run.printed_at - began) / (len(run.text["stdout"]) - had)

        async def bare(number: int) -> float:
            return await docker_flood(bench)

        mine, theirs = await alternate(bench.rounds, WARM_UP, ours, bare)
        after = rss(bench)
    yield Figure("10 MB of output to the client", 1 / median(mine) / 2**20, "MiB/s")
    share = median(theirs) / median(mine)
    yield Figure("10 MB of output ÷ docker run … | cat", share, "", 0.5, at_least=True)
    for name in ("web", "worker"):
        grown = (after[name] - before[name]) / 2**20
        yield Figure(f"growth of {name} over {10 * (bench.rounds + WARM_UP)} MB of output", grown, "MiB", 20)


async def docker_flood(bench: Bench) -> float:
    """Seconds for each byte of the same program's output through `docker run`, from its first byte on."""
    command = "cd /tmp && cat > Main.hs && ghc -v0 -O1 Main.hs && ./Main"
    arguments = ["docker", "run", "--rm", "-i", "--network", "none", "--cpus", "1", "--memory", "1g"]
    process = await asyncio.create_subprocess_exec(
        *arguments,
        *("--entrypoint", "sh", bench.bare.image, "-c", command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(FLOOD.encode())
    process.stdin.close()
    await process.stdout.read(1)
    began, had = time.perf_counter(), 0
    while chunk := await process.stdout.read(65536):
        had += len(chunk)
        ended = time.perf_counter()
    await process.wait()
    return (ended - began) / had


def rss(bench: Bench) -> dict[str, int]:
    return {name: psutil.Process(bench.stack.pids[name]).memory_info().rss for name in ("web", "worker")}


async def many_clients(bench: Bench) -> AsyncIterator[Figure]:
    """Runs a second over 1, 4 and 16 windows, and what a run costs web and worker."""
    runs = 64
    for clients in (1, 4, 16):
        async with contextlib.AsyncExitStack() as windows:
            opened = [await windows.enter_async_context(_window(bench)) for _ in range(clients)]
            spent, began = cpu_seconds(bench), time.perf_counter()
            await asyncio.gather(*(_runs(window, runs // clients) for window, _ in opened))
            taken, now = time.perf_counter() - began, cpu_seconds(bench)
        yield Figure(f"runs a second, {clients} clients", runs / taken, "1/s")
        for name, seconds in now.items():
            cost = (seconds - spent[name]) / runs
            yield Figure(f"CPU of {name} per run, {clients} clients", cost * 1000, "ms")


@contextlib.asynccontextmanager
async def _window(bench: Bench) -> AsyncIterator[tuple[Window, str]]:
    """A window on a workspace of its own, where the program ran once; and the workspace."""
    workspace = await asyncio.to_thread(bench.stack.workspace, bench.token, {"Main.hs": program.SOURCE})
    async with Window.open(bench.stack.url, workspace, bench.token) as window:
        await window.ready()
        await _runs(window, 1)
        yield window, workspace
    await asyncio.to_thread(bench.stack.delete_workspace, bench.token, workspace)


async def _runs(window: Window, runs: int) -> None:
    for _ in range(runs):
        ended = await window.ended(await window.start())
        if ended["outcome"] != "exited":
            raise RuntimeError(json.dumps(ended))


def cpu_seconds(bench: Bench) -> dict[str, float]:
    used = {name: psutil.Process(bench.stack.pids[name]).cpu_times() for name in ("web", "worker")}
    return {name: times.user + times.system for name, times in used.items()}

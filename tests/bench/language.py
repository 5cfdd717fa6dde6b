"""How fast questions about the text are answered, on a workspace of 10 modules and 2,000 lines."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from tests.bench.figures import Bench
from tests.bench.measure import Figure, median, p95
from tests.wire import ROOT, Window

PARTS = 9  # and `Main`: 10 modules
LAST = f"Part{PARTS - 1}"
HEAD = """module {name} ({exports}) where

import Control.Monad.State
import qualified Data.Map.Strict as Map
import Data.Text (Text)
import qualified Data.Text as Text
{imports}
"""
DECLARATION = """
-- | Counts the words longer than {place}.
counted{number}x{place} :: Text -> Map.Map Text Int
counted{number}x{place} text =
  Map.fromListWith (+) [(word, 1) | word <- Text.words text, Text.length word > {place}]

stepped{number}x{place} :: Int -> State Int String
stepped{number}x{place} n = do
  old <- get
  let new = old + n * {place}
  when (new > 10) $ put new
  pure (show new)
"""
BELOW = """
below{number} :: Int -> State Int String
below{number} = stepped{below}x1
"""
COUNT = 18
WARM_UP = 5
REST_SECONDS = 0.5  # GHC is done with what imports a module, too
HOVER, DEFINITION, COMPLETION = "textDocument/hover", "textDocument/definition", "textDocument/completion"
TOKENS = "textDocument/semanticTokens/full"


def module(number: int) -> str:
    """It hands on what the one below exports, so that whoever imports it is checked again with that."""
    exports, imports = f"module Part{number}", ""
    if number:
        exports += f", module Part{number - 1}"
        imports = f"import Part{number - 1}\n" + BELOW.format(number=number, below=number - 1)
    head = HEAD.format(name=f"Part{number}", exports=exports, imports=imports)
    return head + declarations(number)


def declarations(number: int) -> str:
    return "".join(DECLARATION.format(number=number, place=place) for place in range(COUNT))


def main() -> str:
    """The root is as long as the modules that it imports."""
    imports = "".join(f"import qualified Part{number}\n" for number in range(PARTS))
    head = HEAD.format(name="Main", exports="module Main", imports=imports)
    return f"{head}\nmain :: IO ()\nmain = print (Part3.counted3x1 mempty)\n{declarations(PARTS)}"


def workspace() -> dict[str, str]:
    return {"Main.hs": main(), **{f"Part{number}.hs": module(number) for number in range(PARTS)}}


def place_of(text: str, word: str) -> dict[str, int]:
    before = text[: text.index(word)]
    return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}


async def answers(bench: Bench) -> AsyncIterator[Figure]:
    """Each question over the WebSocket: of a text that stands still, and right after an edit of it."""
    files = workspace()
    opened = bench.stack.workspace(bench.token, files)
    path = f"{LAST}.hs"
    text = files[path]
    async with Window.open(bench.stack.url, opened, bench.token) as window:
        await window.initialize()
        await window.did_open("Main.hs", files["Main.hs"])
        await window.did_open(path, text)
        await window.ready()
        words = {HOVER: "fromListWith", DEFINITION: f"stepped{PARTS - 2}x1", COMPLETION: "word > 5"}
        for method, word in words.items():
            params = {"textDocument": {"uri": ROOT + path}, "position": place_of(text, word)}
            if method == COMPLETION:
                params["position"]["character"] += 3  # type: ignore[index]
            name = method.removeprefix("textDocument/")
            still = [await asked(window, method, params) for _ in range(WARM_UP + 2 * bench.rounds)][WARM_UP:]
            yield Figure(f"{name} over the WebSocket, p50", median(still) * 1000, "ms", 25)
            yield Figure(f"{name} over the WebSocket, p95", p95(still) * 1000, "ms", 80)
            after = []
            for number in range(WARM_UP + bench.rounds):
                await window.did_change(path, f"{text}\nlast{number} :: Int\nlast{number} = {number}\n")
                after.append(await asked(window, method, params))
            target = 80 if method == COMPLETION else None
            yield Figure(f"edit → {name}, p50", median(after[WARM_UP:]) * 1000, "ms", target)
        letters = [await letter(window, path, text, number) for number in range(WARM_UP + 2 * bench.rounds)][
            WARM_UP:
        ]
        yield Figure("a letter → completion of its word, p50", median(letters) * 1000, "ms", 50)
        yield Figure("a letter → completion of its word, p95", p95(letters) * 1000, "ms", 80)


async def letter(window: Window, path: str, text: str, number: int) -> float:
    """From a letter's edit, with the text before it loaded, to what its word may become."""
    line = f"{text}\nlast = counted"
    await window.diagnostics(path, await window.did_change(path, f"{line}\n"))
    await asyncio.sleep(REST_SECONDS)
    await asked(window, TOKENS, {"textDocument": {"uri": ROOT + path}})  # as an editor does after each load
    began = time.perf_counter()
    version = await window.did_change(path, f"{line}{number % 10}\n")
    place = {"line": line.count("\n"), "character": len(line) - line.rfind("\n")}
    await asked(window, COMPLETION, {"textDocument": {"uri": ROOT + path}, "position": place})
    taken = time.perf_counter() - began
    await window.diagnostics(path, version)
    return taken


async def edits(bench: Bench) -> AsyncIterator[Figure]:
    """From an edit to its diagnostics, and to those of the last module that is loaded again because of it."""
    files = workspace()
    opened = bench.stack.workspace(bench.token, files)
    async with Window.open(bench.stack.url, opened, bench.token) as window:
        await window.initialize()
        await window.ready()
        await window.did_open("Main.hs", files["Main.hs"])
        root = [await edited(window, "Main.hs", files["Main.hs"], n) for n in range(WARM_UP + bench.rounds)]
        yield figure("edit of the root → diagnostics", root, 120)
        for number, dependants in ((8, 1), (6, 3), (0, 9)):
            path, name = f"Part{number}.hs", f"edit with {dependants} dependant{'s' * (dependants > 1)}"
            await window.did_open(path, files[path])
            await window.diagnostics(path, 1)
            uses = f"\nflagged :: Int\nflagged = Part{number}.flagPart{number}\n"  # of another type each time
            await window.diagnostics("Main.hs", await window.did_change("Main.hs", files["Main.hs"] + uses))
            own, whole = [], []
            for n in range(WARM_UP + bench.rounds):
                began, told = time.perf_counter(), published(window, "Main.hs")
                own.append(await edited(window, path, files[path], n))
                await told_again(window, "Main.hs", told)
                whole.append(time.perf_counter() - began)
            yield figure(f"{name} → diagnostics", own)
            yield figure(f"{name} → diagnostics of the root", whole)


def figure(name: str, taken: list[float], target: float | None = None) -> Figure:
    return Figure(f"{name}, 10 modules, p50", median(taken[WARM_UP:]) * 1000, "ms", target)


async def edited(window: Window, path: str, text: str, number: int) -> float:
    """What the module exports changes, so whoever imports it is checked again."""
    began = time.perf_counter()
    flag = f"flag{path.removesuffix('.hs')}"  # modules hand on what others export
    kind, value = ("Int", "1") if number % 2 else ("Bool", "True")
    version = await window.did_change(path, f"{text}\n{flag} :: {kind}\n{flag} = {value}\n")
    await window.diagnostics(path, version)
    return time.perf_counter() - began


def published(window: Window, path: str) -> int:
    """How often diagnostics of the file came."""
    return sum(params["uri"] == ROOT + path for params in window.said("textDocument/publishDiagnostics"))


async def told_again(window: Window, path: str, told: int) -> None:
    await window.until(lambda: published(window, path) > told)


async def first_answer(bench: Bench) -> AsyncIterator[Figure]:
    """From connecting to the first hover that knows a type: warm pool, 10 modules and 2,000 lines."""
    files = workspace()
    params = {
        "textDocument": {"uri": ROOT + f"{LAST}.hs"},
        "position": place_of(files[f"{LAST}.hs"], "fromListWith"),
    }
    taken = []
    for _ in range(1 + max(3, bench.rounds // 4)):
        workspace_id = bench.stack.workspace(bench.token, files)
        await asyncio.to_thread(bench.stack.wait_for_warm)
        began = time.perf_counter()
        async with Window.open(bench.stack.url, workspace_id, bench.token) as window:
            await window.initialize()
            await window.did_open(f"{LAST}.hs", files[f"{LAST}.hs"])
            while not await window.request(HOVER, params):
                await asyncio.sleep(0.01)
            taken.append(time.perf_counter() - began)
        await asyncio.to_thread(bench.stack.delete_workspace, bench.token, workspace_id)
    yield Figure("open → first answer, 10 modules, warm pool, p50", median(taken[1:]) * 1000, "ms", 1000)


async def asked(window: Window, method: str, params: dict[str, Any]) -> float:
    began = time.perf_counter()
    assert await window.request(method, params), method
    return time.perf_counter() - began

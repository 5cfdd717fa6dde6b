"""The page in Chromium: how soon a newcomer can type, and how long a key keeps the browser busy."""

import asyncio
import re
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright, expect

from tests.bench.figures import Bench
from tests.bench.measure import Figure, median, p95
from tests.browser.chromium import CHROMIUM, DESK, FLAGS

WARM_UP = 2
LINES, PROBLEMS = 5000, 200
KEYS = 240
TURN = 20  # keys in one editor before it is the other's turn
FRONTEND = Path("frontend")
PAUSE_MS = 60
TYPED_LINE = 8
SLOW_MS = 120_000

# Since the navigation began; looked at before each frame.
USABLE = """() => new Promise((done) => {
  const look = () =>
    document.querySelector('.cm-content')?.textContent.includes('main')
      ? done(performance.now())
      : requestAnimationFrame(look);
  look();
})"""
# A key's work: what its event starts at once, and the frame that shows it, without the wait for that frame.
#
#   keydown ─ handlers ─ message │ … │ first callback ─ the editor's callbacks, layout, paint ─ message
#   └───────── counted ──────────┘   └──────────────────────── counted ───────────────────────────────┘
WATCH = """() => {
  window.keyTimes = [];
  const after = (then) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  };
  addEventListener('keydown', () => {
    const pressed = performance.now();
    let handled = 0;
    after(() => (handled = performance.now() - pressed));
    requestAnimationFrame(() => {
      const began = performance.now();
      after(() => window.keyTimes.push(handled + performance.now() - began));
    });
  }, { capture: true });
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


async def first_editor(bench: Bench) -> AsyncIterator[Figure]:
    """From the first visit's navigation, with an empty cache, to an editor with its program in it."""
    taken = []
    async with chromium() as browser:
        for _ in range(bench.rounds + WARM_UP):
            context = await _visitor(browser, bench)
            page = await context.new_page()
            await page.goto("/", wait_until="commit")
            taken.append(await page.evaluate(USABLE) / 1000)
            await context.close()
    yield Figure("first visit → editor usable, in Chromium", median(taken[WARM_UP:]), "s", 1)
    yield Figure("first visit → editor usable, in Chromium, p95", p95(taken[WARM_UP:]), "s")


async def typing(bench: Bench) -> AsyncIterator[Figure]:
    """What a key costs the browser in a file of 5,000 lines with 200 messages, beside a bare editor.

    By the clock it waits for a processor, too: here GHC and the service have the same ones. A user's
    browser has its own, so the target is on the CPU that it takes, and on how much more that is than what
    CodeMirror alone takes of the same processor for the same keys in the same text.
    """
    workspace = bench.stack.workspace(bench.token, {"Main.hs": long_program()})
    async with chromium() as browser:
        page = await (await _visitor(browser, bench)).new_page()
        await _sign_in(page, f"/w/{workspace}")
        problems = page.get_by_role("tab", name="Problems")
        await expect(problems).to_contain_text(str(PROBLEMS), timeout=SLOW_MS)
        bare = await _bare_editor(browser)
        await page.evaluate(WATCH)
        used, by_itself = [list[float]() for _ in range(2)]
        for first in range(0, KEYS, TURN):
            used += await _keys(page, range(first, first + TURN))
            by_itself += await _keys(bare, range(first, first + TURN))
        taken: list[float] = await page.evaluate("window.keyTimes")
        there = int("".join(re.findall(r"\d", await problems.inner_text())) or 0)
        assert there >= PROBLEMS, "the messages went away while typing"
    name = f"a key in {LINES} lines with {PROBLEMS} messages, in Chromium"
    yield Figure(name, median(taken), "ms")
    yield Figure(f"{name}, p95", p95(taken), "ms")
    name = f"{name}: CPU of the main thread, answers and all"
    yield Figure(name, median(used), "ms")
    yield Figure(f"{name}, p95", p95(used), "ms")
    yield Figure("the same of a bare editor", median(by_itself), "ms")
    yield Figure("the same of a bare editor, p95", p95(by_itself), "ms")
    yield Figure("CPU of a key ÷ of one in a bare editor", median(used) / median(by_itself), "", 2)
    yield Figure("CPU of a key ÷ of one in a bare editor, p95", p95(used) / p95(by_itself), "", 2)


async def _bare_editor(browser: Browser) -> Page:
    """CodeMirror with Haskell's highlighting and the same text, and nothing of ours."""
    page = await (await browser.new_context(viewport=DESK)).new_page()
    await page.add_script_tag(content=await asyncio.to_thread(_bundle))
    await page.evaluate("text => openEditor(text)", long_program())
    return page


def _bundle() -> str:
    """The bare editor as one script."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.js"
        bundle = ["node_modules/.bin/rolldown", "bench/bare.ts", "--format", "iife", "--minify", "--file"]
        subprocess.run([*bundle, str(script)], cwd=FRONTEND, check=True, capture_output=True)
        return script.read_text()


async def _keys(page: Page, numbers: range) -> list[float]:
    """CPU of each of these keys, at the end of the line where one types."""
    await page.bring_to_front()
    if numbers.start == 0:
        await page.locator(".cm-line").nth(TYPED_LINE).click()
        await page.keyboard.press("End")
    main_thread = await _main_thread(page)
    used = [await _key(page, number, main_thread) for number in numbers]
    await main_thread.detach()
    return used


async def _main_thread(page: Page) -> CDPSession:
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    return devtools


async def _cpu_ms(main_thread: CDPSession) -> float:
    """What the tasks of the page's main thread have used of a processor; waiting for one does not count."""
    found = (await main_thread.send("Performance.getMetrics"))["metrics"]
    return next(float(each["value"]) for each in found if each["name"] == "TaskDuration") * 1000


async def _key(page: Page, number: int, main_thread: CDPSession) -> float:
    """CPU of the key and of all that follows from it until the next."""
    before = await _cpu_ms(main_thread)
    await page.keyboard.press("Enter" if number % 20 == 19 else "abcdefg "[number % 8])
    await page.wait_for_timeout(PAUSE_MS)
    return await _cpu_ms(main_thread) - before


def long_program() -> str:
    """As many names that are not in scope as there are messages; the rest is code without faults.

    What is typed at the end of `TYPED_LINE` goes on with an expression: after a fault of syntax there would
    be one message and no more.
    """
    head = [
        "module Main where",
        "",
        "main :: IO ()",
        "main = print (value0 + value1)",
        "",
        "typed :: Int",
        "typed =",
        "  const 0 value1",
        "  ",
        "",
    ]
    values = [
        f"value{number} :: Int\nvalue{number} = {f'missing{number}' if number < PROBLEMS else number}\n"
        for number in range((LINES - len(head)) // 3)
    ]
    return "\n".join([*head, *values])


async def _visitor(browser: Browser, bench: Bench) -> BrowserContext:
    return await browser.new_context(base_url=bench.stack.url, viewport=DESK)


async def _sign_in(page: Page, path: str) -> None:
    await page.goto(f"/accounts/login/?next={path}")
    await page.get_by_label("Username").fill("bench")
    await page.get_by_label("Password").fill("bench")
    await page.get_by_role("button", name="Sign in").click()

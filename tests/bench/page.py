"""The page in Chromium: how soon a newcomer can type, and how long a key keeps the browser busy."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright, expect

from tests.bench.figures import Bench
from tests.bench.measure import Figure, median, p95
from tests.browser.chromium import CHROMIUM, DESK, FLAGS

WARM_UP = 2
LINES, PROBLEMS = 5000, 200
KEYS = 120
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
    """What a key costs the browser in a file of 5,000 lines with 200 messages.

    By the clock it waits for a processor, too: here GHC and the service have the same ones. A user's
    browser has its own, so the target is on the CPU that it takes.
    """
    workspace = bench.stack.workspace(bench.token, {"Main.hs": long_program()})
    async with chromium() as browser:
        page = await (await _visitor(browser, bench)).new_page()
        await _sign_in(page, f"/w/{workspace}")
        problems = page.get_by_role("tab", name="Problems")
        await expect(problems).to_contain_text(str(PROBLEMS), timeout=SLOW_MS)
        await page.locator(".cm-line").nth(TYPED_LINE).click()
        await page.keyboard.press("End")
        await page.evaluate(WATCH)
        main_thread = await _main_thread(page)
        used = [await _key(page, number, main_thread) for number in range(KEYS)]
        taken: list[float] = await page.evaluate("window.keyTimes")
        there = int("".join(re.findall(r"\d", await problems.inner_text())) or 0)
        assert there >= PROBLEMS, "the messages went away while typing"
    name = f"a key in {LINES} lines with {PROBLEMS} messages, in Chromium"
    yield Figure(name, median(taken), "ms")
    yield Figure(f"{name}, p95", p95(taken), "ms")
    name = f"{name}: CPU of the main thread, answers and all"
    yield Figure(name, median(used), "ms")
    yield Figure(f"{name}, p95", p95(used), "ms", 16)


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

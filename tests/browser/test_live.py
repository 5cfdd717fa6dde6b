"""The page of the pool: what it makes of an answer. Nothing else runs; the answer is this test's own."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

IDE = Path(__file__).parents[2] / "ide"
URL = "http://pool.test/admin/live/"
GIB = 2**30

pytestmark = pytest.mark.browser


def host(name: str, **more: Any) -> dict[str, Any]:
    quiet = {
        **{"name": name, "address": f"tcp://{name}:2376", "runtime": "runc", "seen": True, "state": "alive"},
        **{"draining": False, "cordoned": False, "age": 1.0, "history": [], "transfer": None, "load": 0.5},
        **{"error": "", "refused": "", "warnings": [], "lastError": "", "lastErrorAt": 0.0},
        **{"cpus": 4, "cpuUsed": 1.0, "memoryBytes": 16 * GIB, "memoryUsedBytes": 4 * GIB},
        **{"cpuPressure": 0.1, "memoryPressure": 0.0, "ioPressure": 0.0},
        **{"diskBytes": 100 * GIB, "diskFreeBytes": 40 * GIB, "swapBytes": 0, "swapUsedBytes": 0},
        **{"sessions": 3, "warm": {"ghc-9.6": 2}, "images": ["ghc-9.6"]},
    }
    return quiet | more


def session(user: str, **more: Any) -> dict[str, Any]:
    why = [{"host": "vm1", "said": "best of 2"}, {"host": "vm2", "said": "is being drained"}]
    usual = {
        "user": user,
        "host": "vm1",
        "cpuUsed": 0.25,
        "memoryBytes": GIB,
        "age": 60,
        "runs": [],
        "why": why,
    }
    return usual | more


class Pool:
    """What the page is told, and the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.status = 200
        self.said: dict[str, Any] = {"reachable": True, "hosts": [], "sessions": [], "waiting": []}

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix("http://pool.test")
        if path.startswith("/live.json"):
            self.asked.append(path)
            route.fulfill(status=self.status, json={"at": time.time(), **self.said})
        elif path.startswith("/static/"):
            kind = "text/javascript" if path.endswith(".js") else "text/css"
            route.fulfill(body=(IDE / path.removeprefix("/")).read_text(), content_type=kind)
        else:
            route.fulfill(body=self.document(), content_type="text/html")

    def document(self) -> str:
        whole = (IDE / "templates/admin/ide/host/live.html").read_text()
        content = whole.partition("{% block content %}")[2].partition("{% endblock %}")[0]
        content = content.replace("{% url 'admin:ide_host_live_json' %}", "/live.json")
        style = "<link rel=stylesheet href=/static/ide/live.css>"
        script = "<script type=module src=/static/ide/live.js></script>"
        return f"<!doctype html><title>Pool</title>{style}{script}{content}"

    def open(self) -> None:
        self.page.route("**/*", self.answer)
        self.page.goto(URL)

    def row(self, text: str) -> Any:
        return self.page.get_by_role("row").filter(has_text=text)


@pytest.fixture
def pool(browser: Browser) -> Iterator[Pool]:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Pool(page)
    page.close()
    assert complaints == []


def test_each_host_shows_its_figures_its_hour_and_what_is_wrong(pool: Pool) -> None:
    now = time.time()
    history = [[now - 60 * n, 0.1 * n, 0.5, 0, 0, 0, 0.6, 2 * n, n] for n in (4, 3, 2, 1)]
    pool.said["hosts"] = [
        host(
            "vm1",
            history=history,
            warnings=["Clock: wrong."],
            lastError="It hung.",
            lastErrorAt=now - 600,
        ),
        host("vm2", state="lost", error="no answer in time", lastError="no answer in time", lastErrorAt=now),
        host("vm3", seen=False, state="not seen yet"),
    ]
    pool.open()
    expect(pool.page.get_by_role("status")).to_have_text(
        "1 of 3 hosts takes sessions; 0 sessions with a container."
    )
    first, second, third = (pool.page.get_by_role("region", name=f"Host vm{n}") for n in (1, 2, 3))
    for name, said in {
        "CPU": "now 1.0 of 4, at most 40 %",
        "Memory": "now 4.0 GiB of 16 GiB, at most 50 %",
        "Disk": "now 60 % used, at most 60 %",
        "Sessions": "now 3, at most 8",
        "Warm containers": "now 2, at most 4",
    }.items():
        chart = first.get_by_role("img", name=f"{name} over the last hour: {said}", exact=True)
        path = chart.locator("path.first").get_attribute("d") or ""
        assert len(re.findall(r"[ML]", path)) == 4
        assert all(0 <= float(y) <= 100 for y in re.findall(r",([0-9.-]+)", path))
    expect(first).to_contain_text("Clock: wrong.")
    expect(first).to_contain_text("10 min ago: It hung.")
    expect(second).to_contain_text("no answer in time")
    expect(second).not_to_contain_text("ago:")
    expect(third).to_contain_text("not seen yet")


def test_sessions_and_those_who_wait_say_why(pool: Pool) -> None:
    pool.said["sessions"] = [session("alice", runs=["interpret Main.hs"]), session("bob", cpuUsed=3.5)]
    pool.said["waiting"] = [
        {
            "user": "carol",
            "position": 1,
            "age": 5,
            "reason": None,
            "why": [{"host": "vm1", "said": "is full"}],
        },
        {"user": "dave", "position": None, "age": 9, "reason": "Your share is used.", "why": []},
    ]
    pool.open()
    expect(pool.row("alice")).to_contain_text("interpret Main.hs")
    expect(pool.row("bob")).to_contain_text("3.50")
    expect(pool.row("bob").locator("td.why")).to_have_attribute(
        "title", "vm1: best of 2\nvm2: is being drained"
    )
    expect(pool.row("carol")).to_have_text(re.compile(r"1.*5 s.*vm1: is full"))
    expect(pool.row("dave")).to_have_text(re.compile("9 s.*Your share is used."))
    pool.page.get_by_role("searchbox").fill("bob")
    expect(pool.row("alice")).to_have_count(0)
    expect(pool.row("carol")).to_have_count(1)


def test_nobody_who_waits_takes_no_room_and_names_are_text(pool: Pool) -> None:
    pool.said["sessions"] = [session("<img src=x onerror=alert(1)>")]
    pool.open()
    expect(pool.row("<img src=x")).to_have_count(1)
    expect(pool.page.get_by_role("heading", name="Waiting for room")).to_be_hidden()
    assert pool.page.locator("img[src]").count() == 0


def test_it_goes_on_after_a_failure_and_asks_for_the_hour_once(pool: Pool) -> None:
    pool.status = 500
    pool.open()
    expect(pool.page.get_by_role("status")).to_contain_text("the server says 500")
    pool.status = 200
    expect(pool.page.get_by_role("status")).to_contain_text("There is no host yet", timeout=20_000)
    first_good = len(pool.asked)
    assert pool.asked[first_good - 1].endswith("?history")
    pool.said["reachable"] = False
    expect(pool.page.get_by_role("status")).to_contain_text("Redis is not up", timeout=20_000)
    assert not pool.asked[-1].endswith("?history")


def test_a_narrow_window_scrolls_tables_and_nothing_else(pool: Pool) -> None:
    pool.said["hosts"] = [host("vm1", error="x" * 300)]
    pool.said["sessions"] = [session("alice", why=[{"host": "vm1", "said": "y" * 40}])]
    pool.page.set_viewport_size({"width": 360, "height": 700})
    pool.open()
    expect(pool.row("alice")).to_have_count(1)
    assert pool.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

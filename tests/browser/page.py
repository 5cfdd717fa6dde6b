"""The IDE as its user sees it: buttons by their names, text by what is shown."""

import re
import time

from playwright.sync_api import ConsoleMessage, Locator, Page, WebSocket, expect

SECONDS = 1000.0
USUAL = 15 * SECONDS  # for what the page does, on a machine that has other work, too
SLOW = 60 * SECONDS  # for what GHC does
QUIET_SECONDS = 2  # the page asks within a second of a text or of an answer


class IdePage:
    """One tab with the IDE."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._spoken_at = time.monotonic()
        page.on("websocket", self._watch)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location}")

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _: self._spoke())
        socket.on("framereceived", lambda _: self._spoke())

    def _spoke(self) -> None:
        self._spoken_at = time.monotonic()

    def is_quiet(self) -> None:
        """Nothing is asked any more, nor answered: what is known of the text is shown."""
        until = time.monotonic() + SLOW / SECONDS
        while time.monotonic() < self._spoken_at + QUIET_SECONDS:
            assert time.monotonic() < until, "the page never came to rest"
            self.page.wait_for_timeout(100)

    # --- the editor ---

    @property
    def code(self) -> Locator:
        return self.page.locator(".cm-content").first

    def write(self, text: str) -> None:
        """Replace the text of the open file, as somebody does who pastes."""
        self.code.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def type_at_the_end(self, text: str) -> None:
        """Letter by letter, as what completes words needs it."""
        self.code.click()
        self.page.keyboard.press("ControlOrMeta+End")
        self.page.keyboard.type(text)

    def put_cursor(self, line: int, column: int) -> None:
        """Both count from 1."""
        self.page.keyboard.press("Alt+g")
        self.page.get_by_role("combobox", name="Number of the line").fill(str(line))
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Home")
        self.page.keyboard.press("Home")  # the first goes to the indentation
        for _ in range(column - 1):
            self.page.keyboard.press("ArrowRight")

    def fix(self, title: str | re.Pattern[str]) -> None:
        """What the menu of fixes offers at the cursor."""
        self.page.keyboard.press("ControlOrMeta+.")
        menu = self.page.get_by_role("menu", name="Quick fixes")
        menu.get_by_role("menuitem", name=title).click(timeout=SLOW)

    @property
    def errors(self) -> Locator:
        """What is underlined in red."""
        return self.page.locator(".cm-lintRange-error")

    @property
    def status(self) -> Locator:
        """The session's state, in words."""
        return self.page.get_by_role("button", name=re.compile("^Session: "))

    def is_ready(self) -> None:
        expect(self.status).to_contain_text("ready", timeout=SLOW)

    # --- runs ---

    def press(self, name: str) -> None:
        self.page.get_by_role("group", name="Run").get_by_role("button", name=name, exact=True).click()

    def run(self) -> None:
        self.press("Run")

    def stop(self) -> None:
        self.press("Stop")

    def show(self, tab: str) -> None:
        self.page.get_by_role("tab", name=tab).click()

    def pane(self, tab: str) -> Locator:
        return self.page.get_by_role("tabpanel", name=tab)

    def prints(self, text: str | re.Pattern[str], *, tab: str = "Output") -> None:
        expect(self.pane(tab)).to_contain_text(text, timeout=SLOW)

    def ends(self, text: str | re.Pattern[str]) -> None:
        """How the run ended, in words."""
        expect(self.pane("Output").locator(".run-line.ended .end")).to_contain_text(text, timeout=SLOW)

    def answer(self, text: str) -> None:
        """Type to the program."""
        field = self.page.get_by_label("Input for the program")
        field.fill(text)
        field.press("Enter")

    def choose(self, action: str) -> None:
        """An action of the palette."""
        self.page.keyboard.press("F1")
        self.page.get_by_role("combobox", name="Find an action").fill(action)
        self.page.get_by_role("option", name=action).first.click()

    def follow_in_terminal(self, tab: str, place: str) -> None:
        """Click on a place that stands in a terminal, the last of these."""
        pane, mouse = self.pane(tab), self.page.mouse
        row = pane.locator(".xterm-rows").get_by_text(place).last
        box, text = row.bounding_box(), row.text_content()
        assert box
        assert text
        x = box["x"] + box["width"] * (text.index(place) + len(place) / 2) / len(text)
        # A layer of its own lies over its text; it asks for a row's links when the pointer comes in.
        for moved, y in ((0, 45), (0, 5), (4, 5)):
            mouse.move(x + moved, box["y"] + y)
        expect(pane.locator(".xterm-cursor-pointer")).to_be_visible()
        mouse.click(x + 4, box["y"] + 5)

    def is_at_line(self, number: int) -> None:
        expect(self.page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text(
            str(number), timeout=SLOW
        )

    # --- files ---

    @property
    def tree(self) -> Locator:
        return self.page.get_by_role("tree", name="Files")

    def has_files(self, *names: str) -> None:
        """The names in the tree, folders included, from top to bottom."""
        expect(self.tree.locator(".tree-name")).to_have_text(list(names), timeout=SLOW)

    def make_file(self, path: str) -> None:
        self.page.get_by_role("button", name="New file").click()
        field = self.page.get_by_label("Path of the new file")
        field.fill(path)
        field.press("Enter")
        expect(self.tab(path.rpartition("/")[2])).to_be_visible(timeout=SLOW)

    def tab(self, name: str) -> Locator:
        return self.page.get_by_role("tablist", name="Open files").get_by_role("tab", name=name, exact=True)

    def is_saved(self) -> None:
        expect(self.page.locator(".tab .dot")).to_have_count(0, timeout=SLOW)

    def said(self, text: str | re.Pattern[str]) -> Locator:
        """A short message at the edge of the page."""
        return self.page.locator(".toast", has_text=text)

    # --- what a browser complains about when its server is away ---

    def forgive(self, text: str) -> None:
        self.complaints = [each for each in self.complaints if text not in each]

"""A file as GHC last checked it, beside the text of the moment: places go from one to the other. Pure."""

import re

from sandbox.agent.language.text import Text
from sandbox.messages import Position, Range

Span = tuple[int, int, int, int]  # GHC's: from line and column to line and column, one-based
_TICK = re.compile(r"(?<![\w'])'(?=[\w\[(:])(?!.')")  # of a name, not of a letter
MOST_AROUND = 200  # letters of a qualifier, brackets or ticks


class Checked:
    """What was edited since is one stretch, as far as places are concerned."""

    def __init__(self, then: str, now: str) -> None:
        self.then, self.now = Text(then), Text(now)
        self._start = _common(then, now)
        most = min(len(then), len(now)) - self._start
        self._rest = _common(then[::-1][:most], now[::-1][:most]) if then != now else 0

    @property
    def current(self) -> bool:
        return self.then.text == self.now.text

    @property
    def edited(self) -> tuple[str, str]:
        """What stood in the stretch when GHC checked it, and what stands there now."""
        before, now = len(self.then.text) - self._rest, len(self.now.text) - self._rest
        return self.then.text[self._start : before], self.now.text[self._start : now]

    def ends_at(self, offset: int) -> bool:
        """Something was edited since, and what is behind this place was not."""
        return not self.current and len(self.now.text) - offset == self._rest

    def place(self, position: Position) -> tuple[int, int]:
        """GHC's line and column of a position; in what was edited since, where that begins."""
        offset = self.now.offset(position)
        if offset > self._start:
            from_end = len(self.now.text) - offset
            then = len(self.then.text)
            offset = then - from_end if from_end <= self._rest else min(self._start, then)
        return self.then.ghcs(offset)

    def point(self, position: Position) -> tuple[int, int]:
        """The same where somebody points at a name: its tick (`'True`, `'area`) counts as the name."""
        offset = self.now.offset(position)
        return self.place(self.now.position(offset + 1) if _TICK.match(self.now.text, offset) else position)

    def unedited(self, start: int, end: int) -> Span | None:
        """GHC's span of what stands between these offsets now; None where that was edited since."""
        if end > self._start and len(self.now.text) - start > self._rest:
            return None
        return *self.place(self.now.position(start)), *self.place(self.now.position(end))

    def before(self, span: Span) -> Range:
        """GHC's span in the text that it checked."""
        return self.then.range(self.then.offset_of(*span[:2]), self.then.offset_of(*span[2:]))

    def range(self, span: Span) -> Range | None:
        """GHC's span in the text of the moment; None for one in what was edited since."""
        start = self._now(self.then.offset_of(*span[:2]), after=True)
        end = self._now(self.then.offset_of(*span[2:]), after=False)
        if start is None or end is None:
            return None
        return self.now.range(start, max(start, end))

    def named(self, name: str, span: Span) -> Range | None:
        """Where within GHC's span the name itself stands; None where it is not written there."""
        start, end = self.then.offset_of(*span[:2]), self.then.offset_of(*span[2:])
        at = self.then.text.rfind(name, start, end)
        if at < 0 or end - start > len(name) + MOST_AROUND:
            return None
        first, last = self._now(at, after=True), self._now(at + len(name), after=False)
        if first is None or last is None or last - first != len(name):
            return None
        return self.now.range(first, last)

    def _now(self, offset: int, *, after: bool) -> int | None:
        """`after`: where the edit adds text just there, the offset goes behind it."""
        before = offset if offset <= self._start else None
        from_end = len(self.then.text) - offset
        behind = len(self.now.text) - from_end if from_end <= self._rest else None
        first, second = (behind, before) if after else (before, behind)
        return second if first is None else first


def _common(one: str, other: str) -> int:
    """How many letters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low

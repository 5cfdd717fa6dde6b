"""Charts as SVG, by hand: lines over a logarithmic or plain axis, readable on light and dark pages."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 34, 40
COLOURS = ("#0a7d5a", "#c2410c", "#7c3aed", "#2563eb", "#a16207")
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """From the least to the greatest value; `log`: by powers of ten."""

    label: str
    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        low, high = math.log10(self.low), math.log10(self.high)
        return (math.log10(max(value, self.low)) - low) / (high - low)

    def ticks(self) -> list[float]:
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            return [10.0**power for power in powers if 10.0**power >= self.low]
        return [self.low + (self.high - self.low) * part / 4 for part in range(5)]


def chart(
    title: str, across: Axis, up: Axis, lines: Mapping[str, Points], target: float | None = None
) -> str:
    """One chart; `target` is drawn as a dashed line."""

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + across.share(x) * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - up.share(y) * (HEIGHT - TOP - BOTTOM),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="11" fill="#334155"><title>{title}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="13" font-weight="bold">{title}</text>',
    ]
    for value in up.ticks():
        _, y = place(across.low, value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(value)}</text>')
    for value in across.ticks():
        x, _ = place(value, up.low)
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{_number(value)}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{across.label}</text>')
    turned = f'transform="rotate(-90 12 {HEIGHT / 2})"'
    parts.append(f'<text x="12" y="{HEIGHT / 2}" text-anchor="middle" {turned}>{up.label}</text>')
    if target is not None:
        _, y = place(across.low, target)
        dashed = 'stroke="#64748b" stroke-dasharray="5 4"'
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" {dashed}/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 6}" y="{y + 4:.1f}">target {_number(target)}</text>')
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join("{:.1f},{:.1f}".format(*place(x, min(max(y, up.low), up.high))) for x, y in points)
        wide = 2.5 if number == 0 else 1.5
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{wide}"/>')
        y = TOP + 8 + 17 * number
        parts.append(f'<rect x="{WIDTH - RIGHT + 34}" y="{y - 8}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 50}" y="{y + 1}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.3g}"

"""Bytes and seconds as people read and write them."""

import re

UNITS = {"": 1, "b": 1, "kib": 1024, "mib": 1024**2, "gib": 1024**3, "k": 1024, "m": 1024**2, "g": 1024**3}
UNITS |= {"kb": 1024, "mb": 1024**2, "gb": 1024**3}


def size(count: float) -> str:
    """`1610612736` → `1.5 GiB`."""
    for unit in ("bytes", "KiB", "MiB"):
        if abs(count) < 1024:
            return f"{count:g} {unit}" if count == int(count) else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB".replace(".0 ", " ")


def parse_size(text: str) -> int:
    """`1.5 GiB`, `512m` or `2048` → bytes. Raises ValueError."""
    match = re.fullmatch(
        r"\s*([0-9]{1,18}(?:\.[0-9]{1,18})?)\s*([a-z]*)\s*", text.lower().replace("bytes", "")
    )
    if match is None or match[2] not in UNITS:
        raise ValueError(f"not a size: {text}")
    return int(float(match[1]) * UNITS[match[2]])


def seconds(count: float) -> str:
    """`90` → `1 min 30 s`, `0.02` → `20 ms`."""
    if 0 < count < 1:
        return f"{max(1, round(count * 1000))} ms"
    if count < 60:
        return f"{count:g} s" if count == int(count) else f"{count:.1f} s"
    minutes, rest = divmod(round(count), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{value} {unit}" for value, unit in parts if value)

"""What a session that slept did not keep, as a sentence for an editor."""

from typing import Any

from ide.units import size

NAMED = 3


def sentence(left: dict[str, Any]) -> str:
    """`left` is the `leftOut` of `session/status`."""
    if left["reason"]:
        return str(left["reason"])
    files = left["files"][:NAMED]
    names = ", ".join(f"{each['path']} ({size(each['bytes'])})" for each in files)
    more = left["count"] - len(files)
    rest = f" and {more} more, {size(left['bytes'])} in all" if more else ""
    return f"Of what programs wrote the session did not keep {names}{rest} when it slept or moved."

"""Where the documentation of a package's name is on Hackage. Pure."""

import re
from typing import NamedTuple

_ESCAPED = re.compile(r"[^A-Za-z0-9:_.]")


class Home(NamedTuple):
    """A module that exports a name, and its package."""

    package: str
    version: str
    module: str


def address(home: Home, name: str, *, is_type: bool) -> str:
    """Its page, at the name."""
    anchor = _ESCAPED.sub(lambda letter: f"-{ord(letter[0])}-", name)
    page = home.module.replace(".", "-")
    kind = "t" if is_type else "v"
    return (
        f"https://hackage.haskell.org/package/{home.package}-{home.version}/docs/{page}.html#{kind}:{anchor}"
    )

"""What is known of names that are not in scope: who exports them, as the session was asked. Pure."""

from collections.abc import Mapping

from sandbox.messages import Exported, FoundExports, Sought

PRELUDE = "Prelude"


class Names:
    """The answers to what was sought; nothing is known of other names."""

    def __init__(self, found: Mapping[Sought, list[Exported]] | None = None) -> None:
        self._found = found or {}

    @classmethod
    def of(cls, sought: list[Sought], found: FoundExports) -> "Names":
        return cls(dict(zip(sought, found.exports, strict=False)))

    def exporting(self, sought: Sought) -> list[Exported]:
        """Who exports it, the usual choice first; the Prelude is imported already."""
        return [each for each in self._found.get(sought, []) if each.module != PRELUDE]

    def in_prelude(self, sought: Sought) -> bool:
        return any(each.module == PRELUDE for each in self._found.get(sought, []))

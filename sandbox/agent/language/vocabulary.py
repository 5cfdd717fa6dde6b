"""Words that GHC knows whatever the workspace is; it was asked for them when the image was built."""

from functools import lru_cache

from sandbox.agent.places import LIB

KEYWORDS = (
    *(
        "case",
        "class",
        "data",
        "default",
        "deriving",
        "do",
        "else",
        "forall",
        "foreign",
        "if",
        "import",
        "in",
    ),
    *("infix", "infixl", "infixr", "instance", "let", "mdo", "module", "newtype", "of", "pattern", "proc"),
    *("qualified", "rec", "then", "type", "where"),
)
PRAGMAS = (
    *("COMPLETE", "DEPRECATED", "INCOHERENT", "INLINABLE", "INLINE", "LANGUAGE", "MINIMAL", "NOINLINE"),
    *(
        "OPTIONS_GHC",
        "OVERLAPPABLE",
        "OVERLAPPING",
        "OVERLAPS",
        "RULES",
        "SCC",
        "SPECIALIZE",
        "UNPACK",
        "WARNING",
    ),
)


@lru_cache
def extensions() -> tuple[str, ...]:
    """For LANGUAGE pragmas."""
    return _words("extensions")


@lru_cache
def flags() -> tuple[str, ...]:
    """For OPTIONS_GHC."""
    return _words("flags")


@lru_cache
def modules() -> tuple[str, ...]:
    """Of all packages."""
    return _words("modules")


def _words(name: str) -> tuple[str, ...]:
    return tuple((LIB / "words" / name).read_text().split())

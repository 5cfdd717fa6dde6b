"""What GHC's most frequent messages mean, in a few plain sentences; the error index says more. Pure."""

from ide.editor.explained import TEXTS
from ide.editor.shown import page_of
from ide.protocol import Explanation

COMMAND = "haskell.explain"


def explanation(code: str) -> Explanation | None:
    """None for what is no code of GHC's."""
    page = page_of(code)
    if page is None:
        return None
    title, text = TEXTS.get(code, (code, "The Haskell error index explains this code."))
    return Explanation(code=code, title=title, text=text, url=page)

"""What can be told of a Haskell source by looking at it: module, imports, whether it has a `main`. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sandbox.spelling import MODULE_NAME

_BLOCK = re.compile(r"\{-|-\}")
_LINE_COMMENT = re.compile(r"(?<![!#$%&*+./<=>?@\\^|~:-])--+(?![!#$%&*+./<=>?@\\^|~:]).*")
_MODULE = re.compile(rf"^[^\S\n]*module\s+({MODULE_NAME})", re.MULTILINE)
_IMPORT = re.compile(
    r"^[ \t]*import\s+(?:\{-#\s*SOURCE\s*#-\}\s*)?(?:safe\s+)?(?:qualified\s+)?(?:\"[^\"]*\"\s*)?"
    rf"({MODULE_NAME})",
    re.MULTILINE,
)
_MAIN = re.compile(r"^main\b\s*(?:::|∷|=|\||,|$)", re.MULTILINE)
_PREPROCESSED = re.compile(r"\{-#\s*OPTIONS_GHC\b[^#]*-F\b[^#]*-pgmF[\s=]*(hspec-discover|tasty-discover)")


@dataclass(frozen=True)
class Source:
    """One file's outline; `discovers`: a preprocessor writes it, out of the `*Spec` modules beside it."""

    module: str
    imports: tuple[str, ...]
    defines_main: bool
    discovers: bool = False
    doctests: bool = False

    @staticmethod
    @lru_cache(maxsize=600)
    def parse(text: str, *, literate: bool = False) -> "Source":
        if literate:
            text = _unliterate(text)
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        discovers = bool(_PREPROCESSED.search(text))
        code = _LINE_COMMENT.sub("", _without_blocks(text))
        module = _MODULE.search(code)
        return Source(
            module=module[1] if module else "Main",
            imports=tuple(dict.fromkeys(_IMPORT.findall(code))),
            defines_main=discovers or bool(_MAIN.search(code)),
            discovers=discovers,
            doctests=">>>" in text,
        )


def _without_blocks(text: str) -> str:
    """The text without its (nested) block comments and pragmas."""
    kept: list[str] = []
    depth = start = 0
    for mark in _BLOCK.finditer(text):
        if mark[0] == "{-":
            if depth == 0:
                kept.append(text[start : mark.start()])
            depth += 1
        elif depth:
            depth -= 1
            start = mark.end()
    return "".join(kept) + (text[start:] if depth == 0 else "")


def _unliterate(text: str) -> str:
    """The lines of code at their places, in either style."""
    code: list[str] = []
    inside = False
    for line in text.split("\n"):
        if line.startswith(("\\begin{code}", "\\end{code}")):
            inside = line.startswith("\\begin")
            code.append("")
        elif inside:
            code.append(line)
        else:
            code.append(line[1:].removeprefix(" ") if line.startswith(">") else "")
    return "\n".join(code)

"""Haddock's markup → Markdown, as far as documentation uses it every day. Pure."""

import re

from sandbox.spelling import MODULE_NAME

_BLOCK = re.compile(r"^@\n(.*?)^@$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"@([^@\n]+)@")
_NAME = re.compile(r"(?<![\w'])'([^\s'`]+)'(?!\w)")
_MATHS = re.compile(r"\\\((.+?)\\\)")
_FUNCTION = re.compile(r"\\(log|min|max) ?")
_TYPESETTING = re.compile(r"\\[a-zA-Z]+ ?|[{}]")


def _formula(found: re.Match[str]) -> str:
    r"""`\(O(n \log n)\)` as one reads it aloud."""
    spoken = _FUNCTION.sub(r"\1 ", found[1])
    return f"`{_TYPESETTING.sub('', spoken)}`"


_INLINE = (
    (_MATHS, _formula),
    (_NAME, r"`\1`"),
    (re.compile(rf'"({MODULE_NAME})(?:#[^"]*)?"'), r"`\1`"),
    (re.compile(r"(?<![\w/:])/([^/\n]+)/(?![\w/])"), r"*\1*"),
    (re.compile(r"<(https?://\S+?)(?: ([^>\n]*))?>"), r"\1"),
    (re.compile(r"^(=+) ", re.MULTILINE), lambda found: "#" * (len(found[1]) + 3) + " "),
)


def markdown(text: str) -> str:
    """The documentation as Markdown; examples and verbatim lines as code."""
    lines = "\n".join(line[1:] if line.startswith(" ") else line for line in text.strip().split("\n"))
    parts = _BLOCK.split(lines)
    return "\n".join(_fenced(part) if place % 2 else _prose(part) for place, part in enumerate(parts)).strip()


def _prose(text: str) -> str:
    said: list[str] = []
    code: list[str] = []
    for line in [*text.split("\n"), ""]:
        example = line.lstrip().startswith(">>>") or (code and code[-1] and line.strip() and _goes_on(code))
        if line.startswith(">") or example:
            code.append(line.removeprefix("> ") if not example else line)
            continue
        if code:
            said.append(_fenced("\n".join(code)))
            code = []
        said.append(_inline(line))
    return "\n".join(said)


def _goes_on(code: list[str]) -> bool:
    """An example's result stands below it."""
    return any(line.lstrip().startswith(">>>") for line in code)


def _inline(line: str) -> str:
    parts = _CODE.split(line)
    return "".join(_code(part) if place % 2 else _worded(part) for place, part in enumerate(parts))


def _code(text: str) -> str:
    """Names within it are code already."""
    return "`" + _NAME.sub(r"\1", text) + "`"


def _worded(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text


def _fenced(code: str) -> str:
    return f"```haskell\n{code.strip(chr(10))}\n```"

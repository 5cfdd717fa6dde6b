"""Diagnostics as a client sees them: with the page of their code, and a tag for what is not needed. Pure."""

import re
from collections.abc import Iterable

from ide.protocol import CodeDescription, ShownDiagnostic
from sandbox.messages import Diagnostic

INDEX = "https://errors.haskell.org/messages/"
UNNECESSARY = 1  # LSP's tag

_CODE = re.compile(r"GHC-\d{5}")
_UNUSED = re.compile(
    r"Defined but not used|The (?:qualified )?import of .* is redundant|Pattern match is redundant", re.DOTALL
)


def shown(diagnostics: Iterable[Diagnostic]) -> list[ShownDiagnostic]:
    return [_shown(each) for each in diagnostics]


def page_of(code: str | None) -> str | None:
    """Where the Haskell error index explains a code of GHC's."""
    return f"{INDEX}{code}/" if code and _CODE.fullmatch(code) else None


def _shown(diagnostic: Diagnostic) -> ShownDiagnostic:
    page = page_of(diagnostic.code)
    return ShownDiagnostic(
        uri=diagnostic.uri,
        range=diagnostic.range,
        severity=diagnostic.severity,
        code=diagnostic.code,
        source=diagnostic.source,
        message=diagnostic.message,
        code_description=CodeDescription(href=page) if page else None,
        tags=[UNNECESSARY] if _UNUSED.match(diagnostic.message) else [],
    )

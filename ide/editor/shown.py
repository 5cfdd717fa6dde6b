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

# GHC 9.6 gives these no code; later ones do.
_UNCODED = {
    re.compile(pattern): f"GHC-{code}"
    for pattern, code in (
        (r"The (?:qualified )?import of ‘[^’]*’\s+is redundant", "66111"),
        (r"The (?:qualified )?import of ‘[^’]*’\s+from module .* is redundant", "38856"),
        (r"Defined but not used", "40910"),
        (r"Ambiguous occurrence", "87543"),
        (r"Could not find module", "61948"),
        (r"Module ‘[^’]*’ does not export", "61689"),
        (r"Multiple declarations of", "29916"),
        (r"Precedence parsing error", "88747"),
        (r"The IO action ‘[^’]*’ is not (?:defined in|exported by) module", "67120"),
        (r"Cycle in type synonym declarations", "97522"),
        (r"(?:• )?Illegal deriving strategy", "87139"),
        (r"(?:• )?Illegal family declaration", "39191"),
        (r"(?:• )?Illegal family instance", "06206"),
        (r"(?:• )?Fundeps in class", "15708"),
        (r"(?:• )?Data constructor ‘[^’]*’ has existential", "25709"),
        (
            r"(?:• )?Illegal instance declaration for ‘[^’]*’\s+\(All instance types must be of the form",
            "48406",
        ),
        (r"(?:• )?(?:Too many|No) parameters for class", "28349"),
        (r"(?:• )?The constraint ‘[^’]*’\s+is no smaller than the instance head", "22979"),
        (r"(?:• )?Illegal kind signature", "49378"),
        (r"(?:• )?GHC stage restriction", "18157"),
        (r"(?:• )?Syntax error on", "62558"),
    )
}


def code_of(diagnostic: Diagnostic) -> str | None:
    """GHC's code for what the message says, where it has one, or would have."""
    if diagnostic.code and _CODE.fullmatch(diagnostic.code):
        return diagnostic.code
    if diagnostic.source != "ghc":
        return None
    return next((code for pattern, code in _UNCODED.items() if pattern.match(diagnostic.message)), None)


def shown(diagnostics: Iterable[Diagnostic]) -> list[ShownDiagnostic]:
    return [_shown(each) for each in diagnostics]


def page_of(code: str | None) -> str | None:
    """Where the Haskell error index explains a code of GHC's."""
    return f"{INDEX}{code}/" if code and _CODE.fullmatch(code) else None


def _shown(diagnostic: Diagnostic) -> ShownDiagnostic:
    page = page_of(code_of(diagnostic))
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

"""Questions about the text and their answers, as in LSP 3.17."""

from ide.protocol.base import Lenient
from ide.protocol.language import TextDocument
from sandbox.messages import Range


class InDocument(Lenient, frozen=True):
    """A question about a whole document."""

    text_document: TextDocument


class DocumentSymbol(Lenient, frozen=True, omit_defaults=True):
    """`kind` is one of LSP's numbers."""

    name: str
    kind: int
    range: Range
    selection_range: Range
    detail: str = ""
    children: "list[DocumentSymbol]" = []

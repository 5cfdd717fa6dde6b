"""Questions about the text and their answers, as in LSP 3.17."""

from typing import Annotated, Literal

from msgspec import Meta

from ide.protocol.base import Lenient, Words
from ide.protocol.edits import TextEdit
from ide.protocol.language import TextDocument
from sandbox.messages import FoldKind, Importable, Path, Position, Range


class InDocument(Lenient, frozen=True):
    """A question about a whole document."""

    text_document: TextDocument


class AtPosition(Lenient, frozen=True):
    """A question about a place in a document."""

    text_document: TextDocument
    position: Position


class HoverAt(AtPosition, frozen=True):
    """With a range it is about the selection there."""

    range: Range | None = None


class InRange(Lenient, frozen=True):
    """A question about a part of a document."""

    text_document: TextDocument
    range: Range


class CompletionContext(Lenient, frozen=True):
    """`trigger_kind` is LSP's: 1 is whoever types, 2 a letter that triggers."""

    trigger_kind: int = 1


class CompletionAt(Lenient, frozen=True):
    text_document: TextDocument
    position: Position
    context: CompletionContext = CompletionContext()


class ReferenceContext(Lenient, frozen=True):
    include_declaration: bool = True


class ReferencesAt(Lenient, frozen=True):
    text_document: TextDocument
    position: Position
    context: ReferenceContext = ReferenceContext()


class RenameTo(Lenient, frozen=True):
    text_document: TextDocument
    position: Position
    new_name: Annotated[str, Meta(max_length=1000)]


class RenamePlace(Lenient, frozen=True):
    """The name that can be another one; `placeholder`: what it is now."""

    range: Range
    placeholder: str


class MarkupContent(Lenient, frozen=True):
    value: str
    kind: Literal["markdown", "plaintext"] = "markdown"


class HoverResult(Lenient, frozen=True, omit_defaults=True):
    contents: MarkupContent
    range: Range | None = None


class Location(Lenient, frozen=True):
    uri: str
    range: Range


class DocumentHighlight(Lenient, frozen=True):
    """`kind`: 2 it is used, 3 it gets its meaning."""

    range: Range
    kind: Literal[2, 3]


class CompletionData(Lenient, frozen=True):
    """What `completionItem/resolve` needs of an item."""

    path: Path
    module: Words
    missing: Importable | None = None


class LabelDetails(Lenient, frozen=True, omit_defaults=True):
    description: str
    detail: str = ""


class CompletionItem(Lenient, frozen=True, omit_defaults=True):
    """`kind` is one of LSP's numbers; `sortText` keeps the order in which they were offered."""

    label: Words
    kind: int = 1
    detail: str = ""
    label_details: LabelDetails | None = None
    sort_text: str = ""
    text_edit: TextEdit | None = None
    insert_text_format: int = 1  # 2: the text is a snippet
    additional_text_edits: list[TextEdit] = []
    documentation: MarkupContent | str | None = None
    data: CompletionData | None = None


class CompletionList(Lenient, frozen=True):
    is_incomplete: bool
    items: list[CompletionItem]


class ParameterInformation(Lenient, frozen=True):
    """`label`: a stretch of the signature's, in UTF-16; its text for clients that do not know stretches."""

    label: tuple[int, int] | str


class SignatureInformation(Lenient, frozen=True, omit_defaults=True):
    label: str
    parameters: list[ParameterInformation]
    documentation: MarkupContent | str | None = None


class SignatureHelp(Lenient, frozen=True):
    signatures: list[SignatureInformation]
    active_signature: int
    active_parameter: int


class InlayHint(Lenient, frozen=True):
    position: Position
    label: str
    kind: Literal[1] = 1  # a type
    padding_left: bool = True


class SemanticTokens(Lenient, frozen=True):
    """Five numbers a name: lines and characters since the one before, length, type, modifiers."""

    data: list[int]


class FoldingRange(Lenient, frozen=True):
    start_line: int
    end_line: int
    kind: FoldKind


class DocumentSymbol(Lenient, frozen=True, omit_defaults=True):
    """`kind` is one of LSP's numbers."""

    name: str
    kind: int
    range: Range
    selection_range: Range
    detail: str = ""
    children: "list[DocumentSymbol]" = []

"""What a language client can take, as in LSP 3.17: the parts that decide on what it is sent."""

from ide.protocol.base import Lenient


class GeneralCapabilities(Lenient, frozen=True):
    position_encodings: list[str] | None = None


class WindowCapabilities(Lenient, frozen=True):
    work_done_progress: bool | None = None


class EditCapabilities(Lenient, frozen=True):
    document_changes: bool | None = None


class WorkspaceCapabilities(Lenient, frozen=True):
    apply_edit: bool | None = None
    workspace_edit: EditCapabilities | None = None


class HoverCapabilities(Lenient, frozen=True):
    content_format: list[str] | None = None


class ResolveCapabilities(Lenient, frozen=True):
    """What may come with an item's resolving."""

    properties: list[str] | None = None


class CompletionItemCapabilities(Lenient, frozen=True):
    snippet_support: bool | None = None
    documentation_format: list[str] | None = None
    label_details_support: bool | None = None
    resolve_support: ResolveCapabilities | None = None


class CompletionCapabilities(Lenient, frozen=True):
    completion_item: CompletionItemCapabilities | None = None


class ParameterCapabilities(Lenient, frozen=True):
    label_offset_support: bool | None = None


class SignatureCapabilities(Lenient, frozen=True):
    documentation_format: list[str] | None = None
    parameter_information: ParameterCapabilities | None = None


class SignatureHelpCapabilities(Lenient, frozen=True):
    signature_information: SignatureCapabilities | None = None


class DocumentSymbolCapabilities(Lenient, frozen=True):
    hierarchical_document_symbol_support: bool | None = None


class CodeActionLiteralCapabilities(Lenient, frozen=True):
    """That it is there says it all."""


class CodeActionCapabilities(Lenient, frozen=True):
    code_action_literal_support: CodeActionLiteralCapabilities | None = None


class RenameCapabilities(Lenient, frozen=True):
    prepare_support: bool | None = None


class TextDocumentCapabilities(Lenient, frozen=True):
    hover: HoverCapabilities | None = None
    completion: CompletionCapabilities | None = None
    signature_help: SignatureHelpCapabilities | None = None
    document_symbol: DocumentSymbolCapabilities | None = None
    code_action: CodeActionCapabilities | None = None
    rename: RenameCapabilities | None = None


class ClientCapabilities(Lenient, frozen=True):
    general: GeneralCapabilities | None = None
    window: WindowCapabilities | None = None
    workspace: WorkspaceCapabilities | None = None
    text_document: TextDocumentCapabilities | None = None

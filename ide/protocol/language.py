"""A language client's life cycle and its documents, as in LSP 3.17."""

from typing import Annotated, Literal

from msgspec import Meta

from ide.protocol.base import Integer, Lenient, Uri
from ide.protocol.capabilities import ClientCapabilities
from sandbox.messages import TOKEN_KINDS, TOKEN_MODIFIERS, Range


class Initialize(Lenient, frozen=True):
    capabilities: ClientCapabilities


class SaveOptions(Lenient, frozen=True):
    include_text: bool = False


class TextDocumentSync(Lenient, frozen=True):
    open_close: bool = True
    change: int = 2  # incremental
    save: SaveOptions = SaveOptions()


class CodeActionOptions(Lenient, frozen=True):
    code_action_kinds: tuple[str, ...] = ("quickfix", "source.organizeImports", "source.fixAll")


class ExecuteCommandOptions(Lenient, frozen=True):
    commands: tuple[str, ...] = ("haskell.explain", "haskell.evaluate", "haskell.apply")


class CodeLensOptions(Lenient, frozen=True):
    resolve_provider: bool = False


class CompletionOptions(Lenient, frozen=True):
    trigger_characters: tuple[str, ...] = (".",)
    resolve_provider: bool = True


class RenameOptions(Lenient, frozen=True):
    prepare_provider: bool = True


class SignatureHelpOptions(Lenient, frozen=True):
    trigger_characters: tuple[str, ...] = (" ", "(", "[")


class SemanticTokensLegend(Lenient, frozen=True):
    token_types: tuple[str, ...] = TOKEN_KINDS
    token_modifiers: tuple[str, ...] = TOKEN_MODIFIERS


class SemanticTokensOptions(Lenient, frozen=True):
    legend: SemanticTokensLegend = SemanticTokensLegend()
    range: bool = True
    full: bool = True


class ServerCapabilities(Lenient, frozen=True):
    """Only what works is announced; the options of two providers only to clients that know them."""

    position_encoding: str
    text_document_sync: TextDocumentSync = TextDocumentSync()
    document_symbol_provider: bool = True
    workspace_symbol_provider: bool = True
    folding_range_provider: bool = True
    semantic_tokens_provider: SemanticTokensOptions = SemanticTokensOptions()
    hover_provider: bool = True
    definition_provider: bool = True
    references_provider: bool = True
    document_highlight_provider: bool = True
    rename_provider: RenameOptions | bool = RenameOptions()
    completion_provider: CompletionOptions = CompletionOptions()
    signature_help_provider: SignatureHelpOptions = SignatureHelpOptions()
    inlay_hint_provider: bool = True
    document_formatting_provider: bool = True
    code_action_provider: CodeActionOptions | bool = CodeActionOptions()
    code_lens_provider: CodeLensOptions = CodeLensOptions()
    execute_command_provider: ExecuteCommandOptions = ExecuteCommandOptions()


class ServerInfo(Lenient, frozen=True):
    name: str
    version: str


class Initialized(Lenient, frozen=True):
    capabilities: ServerCapabilities
    server_info: ServerInfo


class TextDocumentItem(Lenient, frozen=True):
    uri: Uri
    version: Integer
    text: str
    language_id: str = "haskell"


class TextDocument(Lenient, frozen=True):
    uri: Uri


class VersionedTextDocument(Lenient, frozen=True):
    uri: Uri
    version: Integer


class Change(Lenient, frozen=True):
    """New text for a range, or for the whole document where there is no range."""

    text: str
    range: Range | None = None


class DidOpen(Lenient, frozen=True):
    text_document: TextDocumentItem


class DidChange(Lenient, frozen=True):
    text_document: VersionedTextDocument
    content_changes: Annotated[list[Change], Meta(max_length=10_000)]


class DidClose(Lenient, frozen=True):
    text_document: TextDocument


class DidSave(Lenient, frozen=True):
    text_document: TextDocument


class CancelRequest(Lenient, frozen=True):
    id: int | str


class CodeDescription(Lenient, frozen=True):
    """Where a code is explained."""

    href: str


class ShownDiagnostic(Lenient, frozen=True, omit_defaults=True):
    """A diagnostic as LSP has it; `tags` holds 1 for what is not needed."""

    uri: str
    range: Range
    severity: int
    code: str | None
    source: str
    message: str
    code_description: CodeDescription | None = None
    tags: list[int] = []


class PublishDiagnostics(Lenient, frozen=True, omit_defaults=True):
    """`version` is this connection's; without one they are about the saved text."""

    uri: str
    diagnostics: list[ShownDiagnostic]
    version: int | None = None


class ShowMessage(Lenient, frozen=True, omit_defaults=True):
    """`method` is that of the notification that was refused."""

    type: Literal[1, 2, 3, 4]  # error, warning, info, log
    message: str
    method: str | None = None

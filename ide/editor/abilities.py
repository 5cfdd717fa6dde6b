"""What a window's language client can take, as it announced. Pure.

What changes an answer's shape is sent only to clients that know it. One property more is sent to all:
LSP has clients pass over those that they do not know.
"""

from dataclasses import dataclass
from typing import Any

from ide.editor.positions import Encoding, negotiate
from ide.protocol import ClientCapabilities, CodeActionOptions, RenameOptions, ServerCapabilities

KINDS = ("markdown", "plaintext")


@dataclass(frozen=True)
class Abilities:
    """By LSP's rules: who announces nothing can take the least."""

    encoding: Encoding = "utf-16"
    applies_edits: bool = False  # as requests of ours: it is an editor, which drops what a command answers
    versioned_edits: bool = False
    progress: bool = False
    snippets: bool = False
    label_details: bool = False
    lazy_imports: bool = False  # they may come when a completion is resolved
    hover_markdown: bool = False
    completion_markdown: bool = False
    signature_markdown: bool = False
    label_offsets: bool = False  # parameters as stretches of their signature
    symbol_trees: bool = False
    literal_actions: bool = False  # code actions that are more than commands
    prepares_renames: bool = False


def abilities_of(client: ClientCapabilities) -> Abilities:
    item = _part(client, "text_document.completion.completion_item")
    signature = _part(client, "text_document.signature_help.signature_information")
    lazy = _part(item, "resolve_support.properties") or ()
    return Abilities(
        encoding=negotiate(_part(client, "general.position_encodings")),
        applies_edits=bool(_part(client, "workspace.apply_edit")),
        versioned_edits=bool(_part(client, "workspace.workspace_edit.document_changes")),
        progress=bool(_part(client, "window.work_done_progress")),
        snippets=bool(_part(item, "snippet_support")),
        label_details=bool(_part(item, "label_details_support")),
        lazy_imports="additionalTextEdits" in lazy,
        hover_markdown=_prefers_markdown(_part(client, "text_document.hover.content_format")),
        completion_markdown=_prefers_markdown(_part(item, "documentation_format")),
        signature_markdown=_prefers_markdown(_part(signature, "documentation_format")),
        label_offsets=bool(_part(signature, "parameter_information.label_offset_support")),
        symbol_trees=bool(
            _part(client, "text_document.document_symbol.hierarchical_document_symbol_support")
        ),
        literal_actions=_part(client, "text_document.code_action.code_action_literal_support") is not None,
        prepares_renames=bool(_part(client, "text_document.rename.prepare_support")),
    )


def announced(client: Abilities) -> ServerCapabilities:
    """What the server can do, in the words that the client knows."""
    return ServerCapabilities(
        position_encoding=client.encoding,
        rename_provider=RenameOptions() if client.prepares_renames else True,
        code_action_provider=CodeActionOptions() if client.literal_actions else True,
    )


def _part(whole: object, path: str) -> Any:
    """None where it, or what it is a part of, was not announced."""
    for name in path.split("."):
        whole = None if whole is None else getattr(whole, name)
    return whole


def _prefers_markdown(formats: list[str] | None) -> bool:
    """Of those that we know the first is the client's favourite."""
    return next((each for each in formats or () if each in KINDS), "") == "markdown"

"""Answers of a session → those of the Language Server Protocol. Pure."""

from ide.protocol import DocumentSymbol, TextEdit
from sandbox.messages import Edits, Outline


def document_symbols(outline: Outline) -> list[DocumentSymbol]:
    """The outline as a tree."""
    children: list[list[DocumentSymbol]] = [[] for _ in outline.symbols]
    top: list[DocumentSymbol] = []
    for place, symbol in enumerate(outline.symbols):
        node = DocumentSymbol(
            name=symbol.name,
            kind=symbol.kind,
            range=symbol.range,
            selection_range=symbol.selection,
            detail=symbol.detail,
            children=children[place],
        )
        known = symbol.parent is not None and symbol.parent < place
        (children[symbol.parent] if known and symbol.parent is not None else top).append(node)
    return top


def text_edits(changes: Edits) -> list[TextEdit]:
    return [TextEdit(range=each.range, new_text=each.text) for each in changes.edits]

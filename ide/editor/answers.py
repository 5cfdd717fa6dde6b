"""Answers of a session → those of the Language Server Protocol. Pure."""

from collections.abc import Iterable

from msgspec.structs import replace

from ide.actions.listing import edit_of
from ide.actions.source import Source
from ide.actions.wanted import imported, qualified
from ide.editor.abilities import Abilities
from ide.editor.markup import documentation, markup
from ide.editor.positions import Encoding
from ide.editor.snippets import snippets_for
from ide.editor.uris import uri_of
from ide.protocol import (
    CodeAction,
    CodeLens,
    Command,
    CompletionData,
    CompletionItem,
    CompletionList,
    DocumentHighlight,
    DocumentSymbol,
    FoldingRange,
    HoverResult,
    InlayHint,
    LabelDetails,
    Location,
    ParameterInformation,
    SignatureHelp,
    SignatureInformation,
    SymbolInformation,
    TextEdit,
    WorkspaceEdit,
)
from sandbox.messages import (
    Candidate,
    Candidates,
    Description,
    Edits,
    Folded,
    FoundRunnables,
    Inferred,
    Outline,
    Place,
    Places,
    Range,
    Signature,
)

APPLY = "haskell.apply"  # the command for an edit, where it takes a command


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
        parent = _parent(outline, place)
        (top if parent is None else children[parent]).append(node)
    return top


def symbol_list(outline: Outline, path: str) -> list[SymbolInformation]:
    """The outline for clients that know no trees: each symbol with the name of what it belongs to."""
    return [
        SymbolInformation(
            name=symbol.name,
            kind=symbol.kind,
            location=Location(uri=uri_of(path), range=symbol.range),
            container_name="" if parent is None else outline.symbols[parent].name,
        )
        for place, symbol in enumerate(outline.symbols)
        for parent in [_parent(outline, place)]
    ]


def _parent(outline: Outline, place: int) -> int | None:
    """The place of what a symbol belongs to, which stands before it."""
    parent = outline.symbols[place].parent
    return parent if parent is not None and parent < place else None


def folding_ranges(folded: Folded) -> list[FoldingRange]:
    return [FoldingRange(start_line=each.first, end_line=each.last, kind=each.kind) for each in folded.folds]


def text_edits(changes: Edits) -> list[TextEdit]:
    return [TextEdit(range=each.range, new_text=each.text) for each in changes.edits]


def lenses(found: FoundRunnables, uri: str) -> list[CodeLens]:
    """Above each group of examples: its results again; above the first, those of all."""
    groups = [each.range for each in found.runnables if each.kind == "examples"]
    above: list[tuple[Range, str, list[str | int | WorkspaceEdit]]] = [
        (each, "Evaluate", [uri, each.start.line]) for each in groups
    ]
    if len(groups) > 1:
        above.insert(0, (groups[0], "Evaluate all", [uri]))
    return [
        CodeLens(range=place, command=Command(title=title, command="haskell.evaluate", arguments=arguments))
        for place, title, arguments in above
    ]


def commands(actions: Iterable[CodeAction]) -> list[Command]:
    """Code actions for clients that know commands only."""
    applied = (
        each.command or (each.edit and Command(title=each.title, command=APPLY, arguments=[each.edit]))
        for each in actions
    )
    return [each for each in applied if each]


def hover(described: Description, client: Abilities) -> HoverResult:
    contents = markup(described.code, described.text, markdown=client.hover_markdown)
    return HoverResult(contents=contents, range=described.range)


def location(place: Place) -> Location:
    return Location(uri=uri_of(place.path), range=place.range)


def highlights(places: Places) -> list[DocumentHighlight]:
    return [DocumentHighlight(range=place.range, kind=3 if place.binds else 2) for place in places.places]


def completions(offered: Candidates, path: str, client: Abilities) -> CompletionList:
    items = [_completion(each, offered, path, place, client) for place, each in enumerate(offered.candidates)]
    if client.snippets:
        items += snippets_for(items, markdown=client.completion_markdown)
    return CompletionList(is_incomplete=offered.incomplete, items=items)


def _completion(
    candidate: Candidate, offered: Candidates, path: str, place: int, client: Abilities
) -> CompletionItem:
    module = candidate.module
    beside = _beside(candidate)
    return CompletionItem(
        label=candidate.label,
        kind=candidate.kind,
        detail=candidate.detail if client.label_details else f"{candidate.detail}{beside.detail}".strip(),
        label_details=beside if client.label_details and module else None,
        sort_text=f"{place:04}",
        text_edit=TextEdit(range=offered.range, new_text=candidate.label),
        data=CompletionData(path=path, module=module, missing=candidate.missing) if module else None,
    )


def with_imports(items: list[CompletionItem], source: Source, encoding: Encoding) -> list[CompletionItem]:
    """Each with the edit that brings its name into scope, where it must be brought."""
    return [_with_import(item, source, encoding) for item in items]


def _with_import(item: CompletionItem, source: Source, encoding: Encoding) -> CompletionItem:
    if item.data is None or item.data.missing is None:
        return item
    name, missing = item.label.removeprefix("(").removesuffix(")"), item.data.missing
    module = item.data.module
    edit = (
        qualified(source, module, missing.alias)
        if missing.alias
        else imported(source, name, missing.kind, module, missing.parent)
    )
    edits = [] if edit is None else [edit_of(source.text, edit, encoding)]
    return replace(item, additional_text_edits=edits)


def _beside(candidate: Candidate) -> LabelDetails:
    module = candidate.module
    return LabelDetails(description=module, detail=f" from {module}" if candidate.missing else "")


def signature_help(signature: Signature, client: Abilities) -> SignatureHelp:
    text = signature.text and documentation("", signature.text, markdown=client.signature_markdown)
    one = SignatureInformation(
        label=signature.label,
        parameters=[
            ParameterInformation(label=stretch if client.label_offsets else _cut(signature.label, stretch))
            for stretch in signature.parameters
        ],
        documentation=text or None,
    )
    return SignatureHelp(signatures=[one], active_signature=0, active_parameter=signature.active)


def _cut(label: str, stretch: tuple[int, int]) -> str:
    """The stretch's text; it counts in UTF-16."""
    start, end = stretch
    return label.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")


def inlay_hints(inferred: Inferred) -> list[InlayHint]:
    return [InlayHint(position=each.position, label=each.label) for each in inferred.hints]

"""Answers of a session → those of the Language Server Protocol. Pure."""

import re

from ide.editor.snippets import snippets_for
from ide.editor.uris import uri_of
from ide.protocol import (
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
    MarkupContent,
    ParameterInformation,
    SignatureHelp,
    SignatureInformation,
    TextEdit,
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


def folding_ranges(folded: Folded) -> list[FoldingRange]:
    return [FoldingRange(start_line=each.first, end_line=each.last, kind=each.kind) for each in folded.folds]


def text_edits(changes: Edits) -> list[TextEdit]:
    return [TextEdit(range=each.range, new_text=each.text) for each in changes.edits]


def lenses(found: FoundRunnables, uri: str) -> list[CodeLens]:
    """Above each group of examples: its results again; above the first, those of all."""
    groups = [each.range for each in found.runnables if each.kind == "examples"]
    above: list[tuple[Range, str, list[str | int]]] = [
        (each, "Evaluate", [uri, each.start.line]) for each in groups
    ]
    if len(groups) > 1:
        above.insert(0, (groups[0], "Evaluate all", [uri]))
    return [
        CodeLens(range=place, command=Command(title=title, command="haskell.evaluate", arguments=arguments))
        for place, title, arguments in above
    ]


def hover(described: Description) -> HoverResult:
    return HoverResult(contents=markup(described), range=described.range)


def markup(described: Description) -> MarkupContent:
    """The code in a fence that it cannot end, the text below it."""
    fence = "`" * max(3, *(len(ticks) + 1 for ticks in re.findall("`+", described.code)), 3)
    parts = [f"{fence}haskell\n{described.code}\n{fence}", described.text]
    return MarkupContent(value="\n\n".join(part for part in parts if part))


def location(place: Place) -> Location:
    return Location(uri=uri_of(place.path), range=place.range)


def highlights(places: Places) -> list[DocumentHighlight]:
    return [DocumentHighlight(range=place.range, kind=3 if place.binds else 2) for place in places.places]


def completions(offered: Candidates, path: str, *, snippets: bool) -> CompletionList:
    items = [_completion(each, offered, path, place) for place, each in enumerate(offered.candidates)]
    if snippets:
        items += snippets_for(items)
    return CompletionList(is_incomplete=offered.incomplete, items=items)


def _completion(candidate: Candidate, offered: Candidates, path: str, place: int) -> CompletionItem:
    module = candidate.module
    return CompletionItem(
        label=candidate.label,
        kind=candidate.kind,
        detail=candidate.detail,
        label_details=_beside(candidate),
        sort_text=f"{place:04}",
        text_edit=TextEdit(range=offered.range, new_text=candidate.label),
        data=CompletionData(path=path, module=module, missing=candidate.missing) if module else None,
    )


def _beside(candidate: Candidate) -> LabelDetails | None:
    module = candidate.module
    if not module:
        return None
    return LabelDetails(description=module, detail=f" from {module}" if candidate.missing else "")


def signature_help(signature: Signature) -> SignatureHelp:
    one = SignatureInformation(
        label=signature.label,
        parameters=[ParameterInformation(label=stretch) for stretch in signature.parameters],
        documentation=MarkupContent(value=signature.text) if signature.text else None,
    )
    return SignatureHelp(signatures=[one], active_signature=0, active_parameter=signature.active)


def inlay_hints(inferred: Inferred) -> list[InlayHint]:
    return [InlayHint(position=each.position, label=each.label) for each in inferred.hints]

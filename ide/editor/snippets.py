"""What usually follows a keyword, with fields to fill in. Pure."""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from ide.editor.markup import documentation
from ide.protocol import CompletionItem

KEYWORD, SNIPPET = 14, 15
_FIELD = re.compile(r"\$\{\d:([^}]*)\}")
_TEXTS = {
    "case": "case ${1:value} of\n  ${2:pattern} -> ${0:result}",
    "class": "class ${1:Class} ${2:a} where\n  ${3:method} :: ${0:a}",
    "data": "data ${1:Type} = ${2:Constructor}\n  deriving (${0:Show, Eq})",
    "instance": "instance ${1:Class} ${2:Type} where\n  ${3:method} = ${0:undefined}",
    "where": "where\n  ${1:name} = ${0:value}",
}


def snippets_for(items: Iterable[CompletionItem], *, markdown: bool) -> list[CompletionItem]:
    """One for each keyword among them that has one, in the keyword's place, with what will stand there."""
    return [
        replace(
            each,
            kind=SNIPPET,
            detail="with its parts",
            text_edit=replace(each.text_edit, new_text=_TEXTS[each.label]),
            insert_text_format=2,
            documentation=documentation(_FIELD.sub(r"\1", _TEXTS[each.label]), "", markdown=markdown),
        )
        for each in items
        if each.kind == KEYWORD and each.label in _TEXTS and each.text_edit
    ]

"""Coloured names in LSP's five numbers."""

import pytest

from ide.editor.positions import Encoding
from ide.editor.tokens import semantic_tokens
from ide.protocol import SemanticTokensLegend
from sandbox.messages import TOKEN_KINDS, Token, Tokens

LEGEND = SemanticTokensLegend()
FOUND = Tokens(
    tokens=[
        Token(line=0, character=0, length=4, kind="function", modifiers=1),
        Token(line=0, character=7, length=2, kind="type", modifiers=6),
        Token(line=3, character=2, length=1, kind="parameter"),
    ]
)


def numbers(text: str, encoding: Encoding = "utf-16") -> list[list[int]]:
    data = semantic_tokens(FOUND, text, encoding).data
    return [data[start : start + 5] for start in range(0, len(data), 5)]


def test_each_name_is_told_by_its_distance_from_the_one_before() -> None:
    function, type_, parameter = (TOKEN_KINDS.index(kind) for kind in ("function", "type", "parameter"))
    assert numbers("") == [[0, 0, 4, function, 1], [0, 7, 2, type_, 6], [3, 2, 1, parameter, 0]]
    assert semantic_tokens(Tokens(tokens=[]), "", "utf-16").data == []


def test_the_numbers_are_those_of_the_legend() -> None:
    assert LEGEND.token_types == TOKEN_KINDS
    assert LEGEND.token_modifiers == ("declaration", "imported", "defaultLibrary")


@pytest.mark.parametrize(
    ("encoding", "second"), [("utf-16", [0, 7, 2]), ("utf-8", [0, 12, 4]), ("utf-32", [0, 6, 1])]
)
def test_characters_are_counted_as_the_client_does(encoding: Encoding, second: list[int]) -> None:
    assert numbers("äöüx🙂 𝒜\n\n\n  x", encoding)[1][:3] == second

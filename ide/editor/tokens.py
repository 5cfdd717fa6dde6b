"""Coloured names as LSP encodes them: each by its distance from the one before. Pure."""

from collections.abc import Iterator

from ide.editor.positions import Encoding, recode_characters
from ide.protocol import SemanticTokens
from sandbox.messages import TOKEN_KINDS, Tokens

KINDS = {kind: number for number, kind in enumerate(TOKEN_KINDS)}


def semantic_tokens(found: Tokens, text: str, encoding: Encoding) -> SemanticTokens:
    """Those of that text, which counts in UTF-16 in them, for a client that counts in the encoding."""
    return SemanticTokens(data=list(_numbers(found, _lines(text, encoding), encoding)))


def _numbers(found: Tokens, lines: list[str], encoding: Encoding) -> Iterator[int]:
    line = character = 0
    for token in found.tokens:
        start, end = token.character, token.character + token.length
        if token.line < len(lines):
            start, end = (recode_characters(lines[token.line], each, encoding) for each in (start, end))
        yield token.line - line
        yield start - character if token.line == line else start
        yield end - start
        yield KINDS[token.kind]
        yield token.modifiers
        line, character = token.line, start


def _lines(text: str, encoding: Encoding) -> list[str]:
    """None where all encodings count alike."""
    return [] if encoding == "utf-16" or text.isascii() else text.split("\n")

"""What each name of a file is, for colouring it."""

from msgspec import Struct

from sandbox.agent.language.checked import Checked, Span
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import TOKENS
from sandbox.messages import Token, TokenKind, Tokens, TokensOf


class Written(Struct, array_like=True):
    """A name as the plugin tells of it, in GHC's places; with a qualifier, brackets or ticks around it."""

    name: str
    span: Span
    kind: TokenKind
    modifiers: int


async def answer(question: TokensOf, workspace: Workspace) -> Tokens | None:
    """In the order of the text; of a file that GHC could not check yet nothing is known."""
    checked = await workspace.checked(question.path)
    if checked is None:
        return None
    first, final = 1, checked.then.lines
    if question.range:
        first, final = (checked.place(place)[0] for place in (question.range.start, question.range.end))
    written = await workspace.checker.ask(list[Written], "tokens", question.path, first, final, TOKENS)
    return Tokens(tokens=tokens(written or [], checked)[:TOKENS])


def tokens(written: list[Written], checked: Checked) -> list[Token]:
    """What is still there in the text of the moment; where two names stand in one place, the first."""
    found: dict[tuple[int, int], Token] = {}
    for one in written:
        place = checked.named(one.name, one.span)
        if place is None or place.start.line != place.end.line:
            continue
        line, character = place.start.line, place.start.character
        token = Token(
            line=line,
            character=character,
            length=place.end.character - character,
            kind=one.kind,
            modifiers=one.modifiers,
        )
        found.setdefault((line, character), token)
    return [found[place] for place in sorted(found)]

"""The code actions of a range, as LSP has them. Pure."""

from collections.abc import Iterator

from ide import actions
from ide.actions.fix import Edit, Fix, Problem
from ide.actions.names import Names
from ide.actions.source import Source
from ide.editor import explanations
from ide.editor.positions import Encoding, place, recode
from ide.editor.shown import code_of, shown
from ide.editor.uris import uri_of
from ide.protocol import CodeAction, Command, TextEdit, WorkspaceEdit
from sandbox.messages import Diagnostic, Position, Range, Sought

PROBLEMS = 30  # that one request gets actions for


def sought_for(text: str, told: list[Diagnostic], span: Range) -> list[Sought]:
    """The names that must be known for `actions_for`."""
    near, problems = _problems(text, told, span, Names())
    return actions.sought(near, problems)


def actions_for(
    path: str, text: str, told: list[Diagnostic], span: Range, names: Names, encoding: Encoding
) -> list[CodeAction]:
    """What can be done about the diagnostics that touch the range, and about all of the file's at once.

    `told` and `span` count in UTF-16; the actions count in the encoding.
    """
    near, problems = _problems(text, told, span, names)
    found = [
        action_of(path, text, fix, [problem.diagnostic], encoding)
        for problem in near
        for fix in actions.fixes(problem)
    ]
    found.sort(key=lambda action: not action.is_preferred)
    here = [problem.diagnostic for problem in near]
    for fix in actions.fixes_of_all(problems):
        found.append(action_of(path, text, fix, [each for each in here if each in fix.about], encoding))
    return [*found, *_explained(here, text, encoding)]


def _problems(
    text: str, told: list[Diagnostic], span: Range, names: Names
) -> tuple[list[Problem], list[Problem]]:
    """Those that touch the range, and all."""
    source = Source(text)
    problems = [Problem(source, each, names) for each in told]
    return [each for each in problems if touch(each.diagnostic.range, span)][:PROBLEMS], problems


def edit_of(text: str, edit: Edit, encoding: Encoding) -> TextEdit:
    span = Range(start=place(text, edit.start, encoding), end=place(text, edit.end, encoding))
    return TextEdit(range=span, new_text=edit.text)


def action_of(path: str, text: str, fix: Fix, about: list[Diagnostic], encoding: Encoding) -> CodeAction:
    edits = [edit_of(text, edit, encoding) for edit in fix.edits]
    return CodeAction(
        title=fix.title,
        kind=fix.kind,
        diagnostics=shown(recode(about, text, encoding)),
        is_preferred=fix.preferred,
        edit=WorkspaceEdit(changes={uri_of(path): edits}),
    )


def _explained(near: list[Diagnostic], text: str, encoding: Encoding) -> Iterator[CodeAction]:
    for code in dict.fromkeys(code_of(each) for each in near):
        if code:
            title = f"Explain {code}"
            about = shown(recode([each for each in near if code_of(each) == code], text, encoding))
            command = Command(title=title, command=explanations.COMMAND, arguments=[code])
            yield CodeAction(title=title, kind="quickfix", diagnostics=about, command=command)


def touch(one: Range, other: Range) -> bool:
    """Whether they share a place, their ends included."""
    return _pair(one.start) <= _pair(other.end) and _pair(other.start) <= _pair(one.end)


def _pair(position: Position) -> tuple[int, int]:
    return position.line, position.character

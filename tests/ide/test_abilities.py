"""What editors announce, and the shapes in which each gets its answers."""

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ide.editor import answers
from ide.editor.abilities import Abilities, abilities_of, announced
from ide.protocol import ClientCapabilities, CodeAction, Command, MarkupContent, TextEdit, WorkspaceEdit
from sandbox.messages import (
    Candidate,
    Candidates,
    Description,
    Importable,
    Outline,
    Position,
    Range,
    Signature,
)
from sandbox.messages import Symbol as Line

# Found, not imported: that takes a while, of each process that collects tests.
EDITORS = Path(str(distribution("pytest-lsp").locate_file("pytest_lsp/clients")))
SPAN = Range(Position(0, 0), Position(0, 5))
DESCRIBED = Description(
    code="f :: a `T` b", text="Does *much* with a `key`: 2 * 3 * 4.\n\n```haskell\nf `g` **x\n```\n# End"
)


def of(capabilities: Any) -> Abilities:
    return abilities_of(msgspec.convert(capabilities, ClientCapabilities))


def of_editor(name: str) -> Abilities:
    return of(json.loads((EDITORS / f"{name}.json").read_text())["capabilities"])


@pytest.mark.parametrize("said", [{}, {"textDocument": None}, {"textDocument": {"completion": {}}, "x": 1}])
def test_who_announces_nothing_can_take_the_least(said: Any) -> None:
    assert of(said) == Abilities()


@pytest.mark.parametrize(
    ("editor", "cannot"),
    [
        ("visual_studio_code_v1.65.2", {"label_details"}),
        ("neovim_v0.11.0", {"label_details", "versioned_edits"}),
        (
            "neovim_v0.6.1",
            {"label_details", "versioned_edits", "lazy_imports", "snippets"},
        ),
        (
            "emacs_v29.1",
            {"label_details", "snippets", "completion_markdown", "signature_markdown", "prepares_renames"},
        ),
    ],
)
def test_editors_can_take_what_they_announce(editor: str, cannot: set[str]) -> None:
    able = of_editor(editor)
    unable = {name for name in able.__dataclass_fields__ if not getattr(able, name)}
    assert unable - {"applies_edits", "progress"} == cannot


@pytest.mark.parametrize(
    ("formats", "markdown"),
    [
        (["markdown", "plaintext"], True),
        (["plaintext", "markdown"], False),
        (["html", "markdown"], True),
        ([], False),
    ],
)
def test_the_format_that_a_client_names_first_is_its_favourite(formats: list[str], markdown: bool) -> None:
    assert of({"textDocument": {"hover": {"contentFormat": formats}}}).hover_markdown is markdown


def test_options_are_announced_to_clients_that_know_them() -> None:
    plain, full = announced(Abilities()), announced(of_editor("visual_studio_code_v1.65.2"))
    assert (plain.rename_provider, plain.code_action_provider) == (True, True)
    assert not isinstance(full.rename_provider, bool)
    assert not isinstance(full.code_action_provider, bool)


def test_documentation_is_markdown_or_plain_text() -> None:
    marked = answers.hover(DESCRIBED, Abilities(hover_markdown=True)).contents
    assert (marked.kind, marked.value) == (
        "markdown",
        f"```haskell\n{DESCRIBED.code}\n```\n\n{DESCRIBED.text}",
    )
    plain = answers.hover(DESCRIBED, Abilities()).contents
    assert plain.kind == "plaintext"
    assert plain.value == "f :: a `T` b\n\nDoes much with a key: 2 * 3 * 4.\n\nf `g` **x\nEnd"


def test_symbols_come_as_a_tree_or_as_a_list() -> None:
    shape, circle = (Line(name=name, kind=23, range=SPAN, selection=SPAN) for name in ("Shape", "Circle"))
    outline = Outline([shape, msgspec.structs.replace(circle, parent=0)])
    [top] = answers.document_symbols(outline)
    assert [each.name for each in top.children] == ["Circle"]
    listed = answers.symbol_list(outline, "src/A.hs")
    assert [(each.name, each.container_name) for each in listed] == [("Shape", ""), ("Circle", "Shape")]
    assert {each.location.uri for each in listed} == {"file:///work/src/A.hs"}


def test_parameters_are_stretches_or_texts_of_the_signature() -> None:
    signature = Signature(label="𝔘 :: Int -> Bool", parameters=[(6, 9)], active=0, text="*Some*.")
    [stretches] = answers.signature_help(
        signature, Abilities(label_offsets=True, signature_markdown=True)
    ).signatures
    assert [each.label for each in stretches.parameters] == [(6, 9)]
    assert stretches.documentation == MarkupContent("*Some*.")
    [texts] = answers.signature_help(signature, Abilities()).signatures
    assert [each.label for each in texts.parameters] == ["Int"]
    assert texts.documentation == "Some."


def test_where_a_name_is_from_stands_beside_it_or_in_its_detail() -> None:
    missing = Importable(kind="function")
    name = Candidate(label="on", kind=3, detail="(b -> c)", module="Data.Function", missing=missing)
    offered = Candidates(range=SPAN, candidates=[name])
    [beside] = answers.completions(offered, "A.hs", Abilities(label_details=True)).items
    assert beside.label_details
    assert (beside.detail, beside.label_details.detail) == ("(b -> c)", " from Data.Function")
    [within] = answers.completions(offered, "A.hs", Abilities()).items
    assert (within.detail, within.label_details) == ("(b -> c) from Data.Function", None)


def test_actions_are_commands_for_who_knows_no_others() -> None:
    edit = WorkspaceEdit(changes={"file:///work/A.hs": [TextEdit(SPAN, "x")]})
    explain = Command(title="Explain", command="haskell.explain", arguments=["GHC-88464"])
    made = [CodeAction("Replace", "quickfix", edit=edit), CodeAction("Explain", "quickfix", command=explain)]
    assert answers.commands(made) == [Command("Replace", "haskell.apply", [edit]), explain]

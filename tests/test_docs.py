"""What the documents name is there."""

import re
from pathlib import Path, PurePath

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)#:]+)(?:#([^)]*))?\)|\]\(#([^)]*)\)")
OURS = re.compile(r"`((?:ide|sandbox|frontend|tests|docs|deploy|\.ci)/[\w./-]*)`")
MAKE = re.compile(r"`make ([\w-]+)`|^make ([\w-]+)", re.MULTILINE)
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)


def anchors(document: Path) -> set[str]:
    """What its headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    for path, elsewhere, here in LINK.findall(document.read_text()):
        target = document.parent / path if path else document
        assert target.exists(), path
        if anchor := elsewhere or here:
            assert anchor in anchors(target), anchor


@each_document
def test_files_and_folders_are_there(document: Path) -> None:
    for path in OURS.findall(document.read_text()):
        assert (ROOT / path).exists() or (ROOT / "sandbox" / "agent" / path).exists(), path


@each_document
def test_commands_are_there(document: Path) -> None:
    text = document.read_text()
    assert set(re.findall(r"manage\.py (\w+)", text)) <= set(get_commands())
    for module in re.findall(r"python -m ((?:sandbox|ide)[.\w]*)", text):
        place = ROOT / PurePath(*module.split("."))
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module
    named = {name for pair in MAKE.findall(text) for name in pair if name}
    assert named <= set(
        re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[0].split()
    )

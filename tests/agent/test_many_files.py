"""Questions about all of a workspace's files, of which there may be many. Nothing runs here."""

import asyncio
import secrets
import threading
from collections import Counter

import pytest

from sandbox.agent.files import Files
from sandbox.agent.language import exports, importing, outline, remembered, symbols
from sandbox.agent.language.declarations import Declaration, declarations
from sandbox.agent.language.remembered import Remembered
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import WORKSPACE_FILES
from sandbox.messages import FindSymbols
from tests.agent.ghcless import workspace


@pytest.fixture
def many() -> Workspace:
    """One that nothing is remembered of."""
    new = secrets.token_hex(8)
    names = [f"M{number}" for number in range(WORKSPACE_FILES)]
    return workspace({f"{name}.hs": f"module {name} where\n\nname = {new!r}\n" for name in names})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[bool]:
    """How often a text's declarations were read, and whether in the thread that serves everybody."""
    reads = Counter[bool]()

    def counted(code: str) -> list[Declaration]:
        reads[threading.current_thread() is threading.main_thread()] += 1
        return declarations(code)

    monkeypatch.setattr(exports, "declarations", counted)
    monkeypatch.setattr(outline, "declarations", counted)
    return reads


def test_names_are_found_in_all_files_in_another_thread_and_read_once(
    many: Workspace, read: Counter[bool]
) -> None:
    for _ in range(2):
        found = asyncio.run(importing.beginning(many, "M0.hs", "NAM"))
        assert {one.module for one in found} == {f"M{number}" for number in range(1, WORKSPACE_FILES)}
        assert read == {False: WORKSPACE_FILES - 1}


def test_symbols_are_found_in_all_files_in_another_thread_and_read_once(
    many: Workspace, read: Counter[bool]
) -> None:
    for _ in range(2):
        found = asyncio.run(symbols.answer(FindSymbols(query="name"), many))
        assert found.symbols[0].container == "M0"
        assert read == {False: WORKSPACE_FILES}


def test_the_files_are_laid_out_once_for_a_question(many: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Counter[str]()
    contents = Files.contents
    monkeypatch.setattr(Files, "contents", lambda files: taken.update("x") or contents(files))
    asyncio.run(importing.beginning(many, "M0.hs", "name"))
    assert taken.total() == 1


def test_what_needs_the_file_is_not_offered_to_it() -> None:
    there = workspace(
        {
            "A.hs": "module A where\na = 1\n",
            "B.hs": "module B where\nimport A\nab = a\n",
            "C.hs": "module C where\nimport B\nac = ab\n",
            "D.hs": "module D where\nad = 1\n",
            "Foot.lhs": "> module Foot where\n> af = 1\n",
            "Main.hs": "import C\nam = ac\n",
        }
    )
    found = asyncio.run(importing.beginning(there, "A.hs", "a"))
    assert [one.name for one in found] == ["ad", "af"]


def test_what_was_made_is_forgotten_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "BYTES", 3 * remembered.ITEM_BYTES * 2 + 100)
    made = list[str]()

    def make(path: str, module: str, text: str) -> tuple[str]:
        made.append(path)
        return (text,)

    some = Remembered[str](make)
    for path in "abcadb":
        assert some.of(path, "M", path.encode()) == (path,)
    assert made == ["a", "b", "c", "d", "b"]

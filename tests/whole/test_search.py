"""Searches for definitions, and the imports of what was found, over the real socket."""

import pytest

from tests.stack import Stack
from tests.whole.test_language import MAIN, SHAPES, at, opened
from tests.wire import ROOT, Window

pytestmark = pytest.mark.engine

CABAL = """cabal-version: 2.4
name: shapes
version: 0.1

executable shapes
  main-is: Main.hs
  other-modules: Shapes
  build-depends: base, containers
  default-language: Haskell2010
"""


async def test_what_is_found_is_imported_with_its_package(stack: Stack, token: str) -> None:
    files = {"Main.hs": MAIN, "Shapes.hs": SHAPES, "shapes.cabal": CABAL}
    async with Window.open(stack.url, stack.workspace(token, files), token) as window:
        await opened(window)
        found = await window.request("haskell/search", {"query": "Value -> Parser a", "limit": 5})
        first = next(one for one in found["results"] if one["name"] == "parseJSON")
        assert (first["module"], first["package"]) == ("Data.Aeson", "aeson")
        own = (await window.request("haskell/search", {"query": "Shape -> Double"}))["results"][0]
        assert own["location"]["uri"] == f"{ROOT}Shapes.hs"
        wanted = {key: first[key] for key in ("name", "kind", "module", "package", "parent")}
        changes = (await window.request("haskell/import", {"uri": f"{ROOT}Main.hs", **wanted}))["changes"]
        assert [edit["newText"] for edit in changes[f"{ROOT}Main.hs"]] == ["\nimport Data.Aeson (parseJSON)"]
        assert [edit["newText"] for edit in changes[f"{ROOT}shapes.cabal"]] == [", aeson"]


async def test_symbols_of_all_files_are_found_by_a_part_of_their_name(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        [found] = await window.request("workspace/symbol", {"query": "squ"})
        assert (found["name"], found["containerName"]) == ("Square", "Shapes.Shape")
        assert found["location"]["uri"] == f"{ROOT}Shapes.hs"
        assert found["location"]["range"]["start"] == at(SHAPES, "Square")


async def test_garbage_gets_a_sentence_and_no_error(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": MAIN, "Shapes.hs": SHAPES})
    async with Window.open(stack.url, workspace, token) as window:
        await opened(window)
        nothing = "Nothing was found. Try a part of the name, or a type with fewer constructors."
        reasons = {
            "": "Type a name, like insertWith, or a type, like a -> Maybe a.",
            "a ->": "A type is missing.",
        }
        for query in ("", "((", "@@##", "a ->", "\x00", "zzzzzzzzzzzz"):
            found = await window.request("haskell/search", {"query": query})
            assert found == {"results": [], "why": reasons.get(query, nothing)}
        refused = await window.refused("haskell/search", {"query": "x" * 501})
        assert (refused.code, refused.field) == (-32602, "query")
        assert str(refused) == "query: expected text of length <= 500."

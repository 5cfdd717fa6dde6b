"""What helps while one writes, over the real socket and through every real part."""

from typing import Any

import pytest

from ide.editor.positions import offset
from sandbox.messages import Position
from tests.stack import Stack
from tests.wire import Refused, Window

pytestmark = pytest.mark.engine

URI = "file:///work/Main.hs"
DRAFT = """{-# LANGUAGE TypeFamilies #-}
module Main (main) where
import Data.Aeson (Value(..), decode)
import qualified Data.Map as Map

type family Elem c
type instance Elem [a] = a

data Person = Person {_name :: String, _age :: Int}

older :: Person -> Person
older p = p   { _age = _age p + 1 }

report :: Maybe Value -> String
report v = case v of
  Just (String t) -> shwo t

main :: IO ()
main = do
  putStrLn (concat (map report [decode (fromString "1")]))
  print $ _age (older (Person "Ada" 36)) : [1, 2] ^.. traverse
"""


def edited(text: str, edits: list[Any]) -> str:
    def place(where: Any) -> int:
        return offset(text, Position(where["line"], where["character"]), "utf-16")

    for edit in sorted(edits, key=lambda each: place(each["range"]["start"]), reverse=True):
        start, end = place(edit["range"]["start"]), place(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


async def actions(window: Window, told: list[Any], message: str) -> dict[str, Any]:
    """What can be done about the diagnostic that says this, by title."""
    [about] = [each for each in told if message in each["message"]]
    params = {"textDocument": {"uri": URI}, "range": about["range"], "context": {"diagnostics": [about]}}
    return {each["title"]: each for each in await window.request("textDocument/codeAction", params)}


async def test_actions_put_a_draft_right_and_formatting_lays_it_out(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": DRAFT})
    async with Window.open(stack.url, workspace, token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("Main.hs", DRAFT)
        text, told = DRAFT, await window.diagnostics("Main.hs", 1)
        for message, title in (
            ("shwo", "Replace with show"),
            ("fromString", "Add import Data.String (fromString)"),
            ("(^..)", "Add import Control.Lens ((^..))"),
            ("non-exhaustive", "Add the 4 missing patterns"),
            ("‘Data.Map’ is redundant", "Remove the import of Data.Map"),
        ):
            found = await actions(window, told, message)
            assert title in found, (title, list(found))
            text = edited(text, found[title]["edit"]["changes"][URI])
            told = await window.diagnostics("Main.hs", await window.did_change("Main.hs", text))
        assert not [each for each in told if each["severity"] == 1 and "hole" not in each["message"]]
        formatting = {"textDocument": {"uri": URI}, "options": {"tabSize": 2, "insertSpaces": True}}
        text = edited(text, await window.request("textDocument/formatting", formatting))
        assert "older p = p {_age = _age p + 1}\n" in text
        version = await window.did_change("Main.hs", text)

        def hinted() -> list[Any]:
            said = window.said("textDocument/publishDiagnostics")
            mine = [each for each in said if each["uri"] == URI and each.get("version") == version]
            return [each for one in mine for each in one["diagnostics"] if each["source"] == "hlint"]

        told = await window.until(hinted)
        found = await actions(window, told[:1], "Use concatMap")
        text = edited(text, found["Apply hint: Use concatMap"]["edit"]["changes"][URI])
        assert "concatMap report" in text


async def test_what_cannot_be_laid_out_is_said_and_the_session_goes_on(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": "main = (\n"})
    async with Window.open(stack.url, workspace, token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("Main.hs", "main = (\n")
        params = {"textDocument": {"uri": URI}, "options": {"tabSize": 2, "insertSpaces": True}}
        with pytest.raises(Refused, match="cannot format"):
            await window.request("textDocument/formatting", params)
        absent = {**params, "textDocument": {"uri": "file:///work/Absent.hs"}}
        with pytest.raises(Refused, match="no file"):
            await window.request("textDocument/formatting", absent)
        version = await window.did_change("Main.hs", "main  = pure ()\n")
        told = await window.diagnostics("Main.hs", version)
        assert {each["severity"] for each in told} <= {4}
        [edit] = await window.request("textDocument/formatting", params)
        assert edit["newText"] == "main = pure ()\n"

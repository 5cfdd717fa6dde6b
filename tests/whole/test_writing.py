"""What helps while one writes, over the real socket and through every real part."""

import re
from typing import Any

import pytest

from ide.editor.positions import offset
from sandbox.messages import Position
from tests.stack import Stack
from tests.wire import ROOT, Window

pytestmark = pytest.mark.engine

URI = f"{ROOT}Main.hs"
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

        told = await window.until(hinted, 90)
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
        refused = await window.refused("textDocument/formatting", params)
        assert refused.code == -32803
        assert str(refused).startswith("ormolu cannot format this file: Main.hs:")
        absent = {**params, "textDocument": {"uri": f"{ROOT}Absent.hs"}}
        refused = await window.refused("textDocument/formatting", absent)
        assert (refused.code, str(refused)) == (-32803, "There is no file Absent.hs in the workspace.")
        version = await window.did_change("Main.hs", "main  = pure ()\n")
        told = await window.diagnostics("Main.hs", version)
        assert {each["severity"] for each in told} <= {4}
        [edit] = await window.request("textDocument/formatting", params)
        assert edit["newText"] == "main = pure ()\n"


SNIPPETS = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}
AGES = """module Main (main) where

import qualified Data.Map as Map

main :: IO ()
main = """


def filled(snippet: str, **fields: str) -> str:
    """The snippet after an editor's user went through its fields; the others keep what they suggest."""
    return re.sub(r"\$\{\d:([^}]*)\}", lambda found: fields.get(found[1], found[1]), snippet)


async def test_keywords_bring_the_parts_that_follow_them(stack: Stack, token: str) -> None:
    workspace = stack.workspace(token, {"Main.hs": AGES + "pure ()\n"})
    async with Window.open(stack.url, workspace, token) as window:
        await window.ready()
        await window.initialize(SNIPPETS)
        await window.did_open("Main.hs", AGES + "pure ()\n")
        await window.diagnostics("Main.hs", 1)
        text = AGES
        for typed, keyword, parts, fields in (
            (
                "cas",
                "case",
                "case ${1:value} of\n  ${2:pattern} -> ${0:result}",
                {"value": "Map.toList (Map.singleton 'a' 1)", "pattern": "ages", "result": "print ages"},
            ),
            ("\n\ndat", "data", "data ${1:Type} = ${2:Constructor}\n  deriving (${0:Show, Eq})", {}),
            (
                "\n\ninst",
                "instance",
                "instance ${1:Class} ${2:Type} where\n  ${3:method} = ${0:undefined}",
                {"Class": "Semigroup", "method": "(<>)", "undefined": "const"},
            ),
        ):
            text += typed
            await window.did_change("Main.hs", text)
            lines = text.split("\n")
            asked = {
                "textDocument": {"uri": URI},
                "position": {"line": len(lines) - 1, "character": len(lines[-1])},
            }
            offered = (await window.request("textDocument/completion", asked))["items"]
            [item] = [one for one in offered if one["label"] == keyword and one["kind"] == 15]
            assert (item["insertTextFormat"], item["textEdit"]["newText"]) == (2, parts)
            text = edited(text, [item["textEdit"] | {"newText": filled(parts, **fields)}])
            told = await window.diagnostics("Main.hs", await window.did_change("Main.hs", text))
            assert not [each for each in told if each["severity"] == 1], text
        assert "instance Semigroup Type where\n  (<>) = const" in text


CABAL = """cabal-version: 2.4
name: answers
version: 0.1

executable answers
  main-is: Main.hs
  hs-source-dirs: program
  build-depends: base, lens
  default-extensions: OverloadedStrings
  default-language: Haskell2010
"""
HPACK = """name: answers
dependencies:
  - base
  - lens
executables:
  answers:
    main: Main.hs
    source-dirs: program
default-extensions: [OverloadedStrings]
"""
ANSWERS = """module Main (main) where

import Control.Lens (both, over)
import Data.Aeson (encode, object, (.=))

main :: IO ()
main = print (encode (object ["answer" .= over both (* 2) (21 :: Int, 1 :: Int)]))
"""


@pytest.mark.parametrize(
    ("description", "text", "added"),
    [
        ("answers.cabal", CABAL, "  build-depends: base, lens, aeson\n"),
        ("package.yaml", HPACK, "  answers:\n    dependencies:\n    - aeson\n    main: Main.hs\n"),
    ],
)
async def test_a_package_that_the_description_lacks_is_added_and_all_compiles(
    stack: Stack, token: str, description: str, text: str, added: str
) -> None:
    files = {"program/Main.hs": ANSWERS, description: text, "Main.hs": "main = print 0\n"}
    async with Window.open(stack.url, stack.workspace(token, files), token) as window:
        await window.ready()
        await window.initialize()
        await window.did_open("program/Main.hs", ANSWERS)
        [told] = await window.diagnostics("program/Main.hs", 1)
        depends = "build-depends" if description.endswith(".cabal") else "dependencies"
        said = f"aeson is not among the {depends} of executable answers in {description}"
        assert (told["severity"], told["message"].partition(":")[0]) == (4, said)
        place = {"line": 3, "character": 8}
        asked = {
            "textDocument": {"uri": f"{ROOT}program/Main.hs"},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }
        [action] = await window.request("textDocument/codeAction", asked)
        assert (action["title"], action["kind"]) == (
            f"Add aeson to {description} (executable answers)",
            "quickfix",
        )
        [(uri, edits)] = action["edit"]["changes"].items()
        assert uri == f"{ROOT}{description}"
        await window.did_open(description, text)
        described = edited(text, edits)
        assert added in described
        await window.did_change(description, described)
        assert await window.request("textDocument/codeAction", asked) == []
        for mode in ("interpret", "compile"):
            run = await window.start(mode)
            assert (await window.ended(run, 90))["exitCode"] == 0
            assert run.text["stdout"] == '"{\\"answer\\":[42,2]}"\n'

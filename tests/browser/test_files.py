"""Files in the tree: made, renamed, moved, deleted, brought back."""

import re
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Route, expect

from tests.browser.page import SLOW, IdePage
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.browser]

LIBRARY = """\
module Shapes.Area where

area :: Double -> Double
area side = side * side
"""

DESCRIPTIONS = {
    "thing.cabal": """\
cabal-version: 2.4
name: thing
version: 0.1.0
description: Prints 3 things, on all of Linux.

-- what others may import
library
  hs-source-dirs: src
  exposed-modules: Shapes.Area
  build-depends: base >=4.18 && <5, text ^>=2.0
  if os(linux) && !flag(fast)
    ghc-options: "-Wall" -O2
  else
    buildable: False

executable thing
  main-is: Main.hs
""",
    "cabal.project": "packages: .\n-- with tests\npackage thing\n  tests: True\n",
    "package.yaml": 'name: thing # ours\nversion: "0.1.0"\ndependencies:\n  - base >= 4\n',
}


def test_a_file_is_made_renamed_moved_deleted_and_brought_back(workspace: IdePage) -> None:
    page = workspace.page
    workspace.make_file("src/Shapes/Area.hs")
    expect(workspace.code).to_be_focused()
    workspace.write(LIBRARY)
    workspace.is_saved()
    workspace.has_files("src", "Shapes", "Area.hs", "Main.hs")

    workspace.tree.get_by_role("button", name="Area.hs", exact=True).press("F2")
    field = page.get_by_label("New path of src/Shapes/Area.hs")
    field.fill("src/Shapes/Surface.hs")
    field.press("Enter")
    workspace.has_files("src", "Shapes", "Surface.hs", "Main.hs")
    expect(workspace.tab("Surface.hs")).to_be_visible()
    expect(workspace.code).to_contain_text("side * side")

    page.locator(".tree-row", has_text="Surface.hs").drag_to(page.locator(".side-head").first)
    workspace.has_files("Main.hs", "Surface.hs")

    workspace.tree.get_by_role("button", name="Surface.hs", exact=True).press("Delete")
    expect(workspace.tab("Surface.hs")).to_have_count(0)
    workspace.said("Deleted Surface.hs").get_by_role("button", name="Undo").click()
    expect(workspace.tab("Surface.hs")).to_be_visible()
    expect(workspace.code).to_contain_text("side * side")
    assert workspace.complaints == []


def test_a_file_that_is_uploaded_over_another_can_be_brought_back(workspace: IdePage) -> None:
    workspace.write('main :: IO ()\nmain = putStrLn "mine"\n')
    workspace.is_saved()
    workspace.page.locator("input[type=file]").set_input_files(
        [upload("Main.hs", 'main :: IO ()\nmain = putStrLn "theirs"\n'), upload("Shapes.hs", LIBRARY)]
    )
    workspace.has_files("Main.hs", "Shapes.hs")
    workspace.tab("Shapes.hs").click()
    expect(workspace.code).to_contain_text("side * side")
    workspace.tree.get_by_role("button", name="Main.hs", exact=True).click()
    expect(workspace.code).to_contain_text("theirs")
    workspace.said("Main.hs was there already").get_by_role("button", name="Undo").click()
    expect(workspace.code).to_contain_text("mine")
    workspace.run()
    workspace.prints("mine")


def test_what_cannot_be_uploaded_is_said(workspace: IdePage) -> None:
    chooser = workspace.page.locator("input[type=file]")
    for file, sentence in (
        (upload("Large.hs", "x" * (512 * 1024 + 1)), "a file can have 512 KB"),
        (upload("Latin.hs", b"\xe9"), "not text in UTF-8"),
    ):
        chooser.set_input_files([file])
        expect(workspace.said(sentence)).to_be_visible()
    workspace.has_files("Main.hs")


def upload(name: str, content: str | bytes) -> FilePayload:
    data = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": "text/plain", "buffer": data}


def test_what_was_typed_is_there_after_a_reload(workspace: IdePage) -> None:
    workspace.write('main :: IO ()\nmain = putStrLn "kept"\n')
    workspace.is_saved()
    workspace.page.reload()
    expect(workspace.code).to_contain_text("kept")


def test_a_name_that_cannot_be_is_refused_with_a_sentence(workspace: IdePage) -> None:
    page = workspace.page
    for path, sentence in (("../outside.hs", "inside the workspace"), ("Main.hs", "already a file")):
        page.get_by_role("button", name="New file").click()
        field = page.get_by_label("Path of the new file")
        field.fill(path)
        field.press("Enter")
        expect(workspace.said(re.compile(sentence))).to_be_visible()
    workspace.has_files("Main.hs")


def test_what_is_typed_without_a_connection_is_saved_once_there_is_one(
    stack: Stack, workspace: IdePage
) -> None:
    stack.stop("web")
    status = workspace.page.get_by_role("button", name=re.compile("^Session: "))
    expect(status).to_contain_text("offline")
    workspace.write('main :: IO ()\nmain = putStrLn "typed offline"\n')
    expect(workspace.page.locator(".dot.waiting")).to_be_visible()
    stack.start("web")
    workspace.is_ready()
    workspace.is_saved()
    workspace.page.reload()
    expect(workspace.code).to_contain_text("typed offline")
    workspace.forgive("WebSocket connection")
    workspace.forgive("ERR_CONNECTION_REFUSED")


def test_run_pressed_while_the_workspace_loads_runs_that_one(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write('main :: IO ()\nmain = putStrLn "this one"\n')
    workspace.is_saved()
    address = page.url
    held: list[Route] = []
    page.route(re.compile(r"/api/v1/workspaces/"), lambda route: held.append(route))
    page.reload(wait_until="commit")
    workspace.run()
    assert held
    for route in held:
        route.continue_()
    page.unroute_all()
    workspace.prints("this one")
    assert page.url == address


def test_the_tab_of_the_file_in_front_is_in_sight(workspace: IdePage) -> None:
    for number in range(8):
        workspace.make_file(f"Module{number}.hs")
    expect(workspace.tab("Module7.hs")).to_be_in_viewport(ratio=1)
    expect(workspace.tab("Main.hs")).not_to_be_in_viewport()
    workspace.tree.get_by_text("Main.hs").click()
    expect(workspace.tab("Main.hs")).to_be_in_viewport(ratio=1)


def test_the_program_is_the_one_that_an_added_description_names(workspace: IdePage) -> None:
    described = "cabal-version: 2.4\nname: thing\nversion: 1\nexecutable thing\n  main-is: Other.hs\n"
    other = 'main :: IO ()\nmain = putStrLn "the other one"\n'
    chooser = workspace.page.locator("input[type=file]")
    chooser.set_input_files([upload("Other.hs", other), upload("thing.cabal", described)])
    workspace.has_files("Main.hs", "Other.hs", "thing.cabal")
    workspace.run()
    workspace.prints("the other one")


COLOURS = """code =>
    [...new Set([...code.querySelectorAll('.cm-line span')].map(part => getComputedStyle(part).color))]"""


@pytest.mark.parametrize(("name", "colours"), [("thing.cabal", 6), ("cabal.project", 4), ("package.yaml", 3)])
def test_descriptions_of_packages_are_highlighted_in_light_and_dark(
    workspace: IdePage, name: str, colours: int
) -> None:
    workspace.page.locator("input[type=file]").set_input_files([upload(name, DESCRIPTIONS[name])])
    workspace.tab(name).click()
    expect(workspace.code).to_contain_text("thing")
    seen = {}
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        workspace.page.emulate_media(color_scheme=scheme)
        expect(workspace.code.locator(".cm-line span").nth(colours)).to_be_visible()
        seen[scheme] = workspace.code.evaluate(COLOURS)
        assert len(seen[scheme]) >= colours
    assert not {*seen["light"]} & {*seen["dark"]}


WRITER = """\
import System.Directory (createDirectoryIfMissing)

main :: IO ()
main = do
  createDirectoryIfMissing True "out"
  writeFile "out/squares.csv" (unlines [show n ++ "," ++ show (n * n) | n <- [1 .. 3 :: Int]])
  writeFile "dot.svg" "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'/>"
  putStrLn "written"
"""


def test_what_a_program_wrote_is_looked_at_downloaded_added_and_deleted(workspace: IdePage) -> None:
    page = workspace.page
    workspace.write(WRITER)
    workspace.run()
    workspace.prints("written")
    written = page.get_by_role("region", name="Written by programs")
    expect(written.get_by_role("listitem")).to_have_count(2)

    written.get_by_role("button", name="dot.svg").click()
    dialog = page.get_by_role("dialog", name="A file that a program wrote")
    picture = dialog.get_by_role("img", name="What is in dot.svg")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [40, 30]
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    written.get_by_role("button", name="out/squares.csv").click()
    expect(dialog.locator("pre")).to_have_text("1,1\n2,4\n3,9\n")
    with page.expect_download() as downloading:
        dialog.get_by_role("button", name="Download").click()
    assert downloading.value.suggested_filename == "squares.csv"
    assert downloading.value.path().read_text() == "1,1\n2,4\n3,9\n"
    dialog.get_by_role("button", name="Add to the workspace").click()
    expect(workspace.tab("squares.csv")).to_be_visible()
    expect(workspace.code).to_contain_text("2,4")
    workspace.has_files("out", "squares.csv", "Main.hs")
    expect(written.get_by_role("listitem")).to_have_count(1)

    dot = written.get_by_role("button", name=re.compile(r"^dot\.svg"))
    dot.hover()
    written.get_by_role("button", name="Delete dot.svg").click()
    expect(written).to_have_count(0)
    workspace.said("Deleting dot.svg.").get_by_role("button", name="Undo").click()
    dot.press("Delete")
    expect(written).to_have_count(0)
    expect(workspace.code).to_be_focused()
    expect(workspace.said("Deleting dot.svg.")).to_have_count(0, timeout=SLOW)
    workspace.tab("Main.hs").click()
    workspace.write('import System.Directory\n\nmain :: IO ()\nmain = doesFileExist "dot.svg" >>= print\n')
    workspace.run()
    workspace.prints("False")
    assert workspace.complaints == []

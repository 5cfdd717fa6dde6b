"""Who imports a package that its component does not name is told so, while all compiles."""

import time

import pytest

from sandbox.agent.package import laid_out
from sandbox.agent.undeclared import undeclared
from sandbox.messages import Position, Range
from tests.agent.harness import Agent

LIBRARY = "library\n  hs-source-dirs: src\n  exposed-modules: Lib\n  build-depends: base, aeson\n"
CABAL = f"name: t\n{LIBRARY}\nexecutable t\n  hs-source-dirs: app\n  main-is: Main.hs\n" + (
    "  build-depends: base, mtl2\n"
)
LIB = "module Lib where\nimport Data.Aeson\na = Null\n"
MAIN = """module Main where
import qualified Data.Aeson.Types as A
import Data.Aeson
import Control.Monad.State (State)
import Lib
import No.Such

main = print a
"""
PACKAGES = {"Data.Aeson": ["aeson"], "Data.Aeson.Types": ["aeson"], "Control.Monad.State": ["mtl", "mtl2"]}


def told(files: dict[str, str]) -> dict[str, list[tuple[Range, str]]]:
    contents = {path: text.encode() for path, text in files.items()}
    found = undeclared(contents, laid_out(contents), lambda module: PACKAGES.get(module, []))
    return {path: [(each.range, each.message) for each in mine] for path, mine in found.items()}


def test_an_import_whose_package_the_component_lacks_is_told_at_its_line() -> None:
    said = "aeson is not among the build-depends of executable t in t.cabal: cabal would not build it."
    files = {"app/Main.hs": MAIN, "src/Lib.hs": LIB}
    assert told({**files, "t.cabal": CABAL}) == {
        "app/Main.hs": [
            (Range(Position(1, 0), Position(1, 33)), said),
            (Range(Position(2, 0), Position(2, 17)), said),
        ]
    }
    assert told({**files, "t.cabal": CABAL.replace("mtl2", "aeson, mtl")}) == {}
    assert told(files) == {}
    for unreadable in ("library: [", "- a"):
        assert told({**files, "package.yaml": unreadable}) == {}


def test_imports_take_time_with_their_number() -> None:
    def seconds(count: int) -> float:
        imports = "".join(f"import Data.Module{number}\n" for number in range(count))
        contents = {"src/Lib.hs": f"module Lib where\n{imports}".encode(), "t.cabal": CABAL.encode()}
        now = laid_out(contents)
        taken = []
        for _ in range(3):  # the least of them: others use the processor, too
            began = time.process_time()
            [found] = undeclared(contents, now, lambda module: ["aside"]).values()
            taken.append(time.process_time() - began)
            assert len(found) == count
        return min(taken)

    assert seconds(4000) < 0.1 + 8 * seconds(1000)


@pytest.mark.engine
@pytest.mark.toolchains
def test_a_hint_comes_and_goes_with_the_description(agent: Agent) -> None:
    main = "module Main (main) where\n\nimport Lib\nimport Data.Aeson (encode)\n\n"
    main += "main :: IO ()\nmain = print (encode a)\n"
    lib = "module Lib where\n\nimport Data.Aeson\n\na :: Value\na = Null\n"
    agent.sync({"app/Main.hs": main, "src/Lib.hs": lib, "t.cabal": CABAL})
    [hint] = agent.check("app/Main.hs", main)
    assert (hint.severity, hint.source, hint.range.start.line) == (4, "cabal", 3)
    assert agent.check("src/Lib.hs", lib) == []
    run = agent.start(entry="app/Main.hs")
    assert (run.ended().exit_code, run.ended().diagnostics) == (0, [])
    agent.edit("t.cabal", CABAL.replace("mtl2", "aeson"))
    agent.wait(lambda: agent.shown("app/Main.hs") == [] or None, "no hint")

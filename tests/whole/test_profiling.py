"""The variant of a toolchain for profiling: made when somebody first wants a profiled run, and not before."""

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import ImageNotFound

from sandbox import toolchains
from sandbox.engine import imagebuild
from sandbox.toolchains import Toolchain
from tests.builder import building
from tests.stack import Stack
from tests.wire import Refused, Run, Window

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]  # Debian's packages may have to be fetched

MAIN = """module Main (main) where

import Control.Lens

slow :: Int -> Int
slow n = length [() | a <- [1 .. n], b <- [1 .. n], a * b `mod` 7 == 3]

main :: IO ()
main = print ((slow 2000 `mod` 1, 'x') & _2 .~ 'y')
"""
ASKED = {"requestId": "first", "mode": "compile", "insight": "profile"}


class Engine:
    """Builds an image that never was before: the small variant that other tests use, and one layer more."""

    def __init__(self, engine: docker.DockerClient, folder: Path) -> None:
        self._engine, self._folder = engine, folder
        self.tag = f"haskell-ide-test/profiling:{secrets.token_hex(8)}"
        self.asked: list[str] = []

    def build(self, name: str) -> Toolchain:
        self.asked.append(name)
        packages = toolchains.ensure(self._engine, name, only="lens")
        dockerfile = self._folder / "Dockerfile"
        dockerfile.write_text(f"FROM {packages}\nLABEL made-for={self.tag}\n")
        archive = imagebuild.context({"Dockerfile": dockerfile})
        digest = imagebuild.build(self._engine, self.tag, archive, {}, self._folder / "log", fresh=False)
        return toolchains.describe(self._engine, name, digest)


@pytest.fixture(scope="module")
def made(engine: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = Engine(engine, tmp_path_factory.mktemp("image"))
    yield found
    with contextlib.suppress(ImageNotFound):
        engine.images.remove(found.tag)


@pytest.fixture(scope="module")
def stack(made: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own, which ends before the image is removed."""
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    return stack.user("alice")


async def granted(window: Window) -> Run:
    """Ask as the page does: again and again while it is being made."""
    while True:
        try:
            return window.run((await window.request("run/start", ASKED))["runId"])
        except Refused as refused:
            if not (refused.data or {}).get("building"):
                raise
            await asyncio.sleep(1)


async def test_the_first_profiled_run_has_the_variant_made(stack: Stack, token: str, made: Engine) -> None:
    async with Window.open(stack.url, stack.workspace(token, {"Main.hs": MAIN}), token) as window:
        await window.ready()
        refused = await window.refused("run/start", ASKED)
        assert (refused.code, refused.data) == (-32803, None)
        assert "no variant for profiling yet. The administrator makes it" in str(refused)
        with building(stack, made.build):
            refused = await window.refused("run/start", ASKED)
            assert (refused.code, refused.data["building"]) == (-32803, True)
            assert "it is being made" in str(refused)
            run = await granted(window)
            finished = await window.ended(run, 300)
        assert (finished["outcome"], run.text["stdout"]) == ("exited", "(0,'y')\n")
        [report] = [event["report"] for event in run.events if event["type"] == "measured"]
        assert "slow" in [centre["label"] for centre in report["centres"]]
        assert made.asked == ["ghc-9.6-profiling"], "once"
        again = window.run((await window.request("run/start", ASKED | {"requestId": "next"}))["runId"])
        assert (await window.ended(again, 300))["outcome"] == "exited"

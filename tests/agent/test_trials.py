"""What happens around the loads in which a rename is tried out. Nothing runs here."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.agent import loader as loading
from sandbox.agent.files import Files, sha256
from sandbox.agent.ghci import GhciStuck
from sandbox.agent.language import renaming
from sandbox.agent.language.found import FileUses, Found, Named, Use
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.loader import Loader
from sandbox.agent.spawn import signal_group
from sandbox.agent.tree import Tree
from sandbox.messages import Position, Rename, Renamed
from tests.agent.ghcless import FakeWarm, workspace

MAIN = "main = pure ()\n"
RENAME = Rename(path="A.hs", position=Position(line=2, character=0), name="b")
A = "module A where\n\na = 1\n"
SPAN = (3, 1, 3, 2)


class FakeChecker:
    """Has checked whatever lies there, in which one name is used in A and in a module of the agent's own."""

    def __init__(self) -> None:
        self.placed: Callable[[str], bytes | None] = lambda path: None

    def text(self, path: str) -> str | None:
        content = self.placed(path)
        return None if content is None else content.decode()

    async def ask(self, kind: type[Any], *fields: object) -> Any:
        if kind is Found:
            return Found(span=SPAN, names=[Named(name="a", module="A")])
        uses = [Use(span=SPAN, binds=True)]
        return [FileUses(file="A.hs", uses=uses), FileUses(file="/opt/agent/lib/Preload.hs", uses=uses)]


@pytest.fixture
def warm() -> FakeWarm:
    return FakeWarm()


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: FakeWarm) -> Workspace:
    monkeypatch.setattr(loading, "WORK", tmp_path)
    checker = FakeChecker()
    texts = {"A.hs": A, "app/Main.hs": MAIN, "test/Main.hs": MAIN}
    made = workspace(texts, Tree(tmp_path), warm, checker)
    checker.placed = files_of(made).placed
    return made


def files_of(there: Workspace) -> Files:
    return there.loader._files


def edit(there: Workspace, path: str, text: str) -> None:
    files_of(there).edit(path, 2, text)
    there.loader.edited(path)


async def loaded(loader: Loader) -> None:
    async with loader.current(None, 1):
        pass


def test_a_use_in_a_module_of_the_agents_own_is_passed_over(there: Workspace) -> None:
    renamed = asyncio.run(renaming.answer(RENAME, there))
    assert isinstance(renamed, Renamed)
    assert [each.path for each in renamed.files] == ["A.hs"]


def test_an_edit_while_the_workspace_is_looked_at_is_told_as_that(there: Workspace, warm: FakeWarm) -> None:
    warm.during = lambda: edit(there, "A.hs", A + "c = 1\n")
    with pytest.raises(Unanswerable, match="changed meanwhile"):
        asyncio.run(renaming.answer(RENAME, there))


def test_what_did_not_load_in_time_is_loaded_again_before_a_trial(there: Workspace, warm: FakeWarm) -> None:
    def stuck() -> None:
        raise GhciStuck

    async def tried() -> None:
        files_of(there).sync({"app/Main.hs": sha256(MAIN.encode())})
        warm.during = stuck
        async with there.loader.current("app/Main.hs", 1) as now:
            assert now.timed_out
        warm.during = lambda: None
        async with there.loader.trial():
            assert await there.loader.faults(1) == []

    asyncio.run(tried())


def test_the_program_that_was_edited_during_a_trial_is_loaded_after_it(
    there: Workspace, warm: FakeWarm
) -> None:
    async def tried() -> None:
        edit(there, "app/Main.hs", MAIN + "-- newer\n")
        await loaded(there.loader)
        async with there.loader.trial():
            edit(there, "test/Main.hs", MAIN + "-- newer\n")
            await there.loader.faults(1)
        await loaded(there.loader)

    asyncio.run(tried())
    assert warm.targets == ["A.hs", "test/Main.hs"]


def test_without_an_edit_the_program_of_before_is_loaded_after_a_trial(
    there: Workspace, warm: FakeWarm
) -> None:
    async def tried() -> None:
        edit(there, "app/Main.hs", MAIN + "-- newer\n")
        await loaded(there.loader)
        async with there.loader.trial():
            await there.loader.faults(1)
            assert warm.targets == ["A.hs", "test/Main.hs"]
        await loaded(there.loader)

    asyncio.run(tried())
    assert warm.targets == ["A.hs", "app/Main.hs"]


def test_a_trial_that_ends_does_not_end_what_else_holds_up_loads(there: Workspace) -> None:
    async def tried() -> None:
        async with there.loader.trial():
            there.loader.hold("an archive")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(there.loader.contents_complete(), 0.01)
        there.loader.release("an archive")
        await there.loader.contents_complete()

    asyncio.run(tried())


def test_a_trial_begins_when_no_other_compiler_is_at_work(there: Workspace) -> None:
    order = list[str]()

    async def trial() -> None:
        async with there.loader.trial():
            order.append("trial")

    async def tried() -> None:
        async with there.loader.compiling():
            waiting = asyncio.ensure_future(trial())
            await asyncio.sleep(0.01)
            order.append("compiled")
        await waiting
        async with there.loader.trial():
            compiling = asyncio.ensure_future(compile_())
            await asyncio.sleep(0.01)
            order.append("tried")
        await compiling

    async def compile_() -> None:
        async with there.loader.compiling():
            order.append("compiles")

    asyncio.run(tried())
    assert order == ["compiled", "trial", "tried", "compiles"]


@pytest.mark.parametrize("compiles", [True, False])
def test_a_rename_that_does_not_get_its_turn_says_what_for(
    there: Workspace, monkeypatch: pytest.MonkeyPatch, compiles: bool
) -> None:
    monkeypatch.setattr(loading, "TRIAL_PATIENCE_SECONDS", 0.01)
    reason = "A compile or an evaluation is still going on" if compiles else "The workspace is still being"

    async def tried() -> Renamed:
        async with there.loader.compiling() if compiles else there.loader.current(None, 1):
            with pytest.raises(Unanswerable, match=f"{reason}.*Rename once that is over"):
                await renaming.answer(RENAME, there)
        return await renaming.answer(RENAME, there)

    assert asyncio.run(tried()).files, "nothing is held afterwards"


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


def test_who_reads_the_files_stands_still_during_a_trial(there: Workspace) -> None:
    async def tried(early: int, late: int) -> None:
        bystanders = there.loader.bystanders
        with bystanders.joined_by(early):
            async with there.loader.trial():
                with bystanders.joined_by(late):
                    for pid in (early, late):
                        await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WSTOPPED)
                    await there.loader.faults_with({"A.hs": b"module A where\n"}, 1)
                    assert (state_of(early), state_of(late)) == ("T", "T")
                signal_group(late, signal.SIGCONT)
            await asyncio.to_thread(os.waitid, os.P_PID, early, os.WCONTINUED)
        async with there.loader.trial():
            assert state_of(early) != "T", "it is none of them any more"

    with sleeping() as early, sleeping() as late:
        asyncio.run(tried(early, late))


@contextlib.contextmanager
def sleeping() -> Iterator[int]:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def test_texts_on_trial_stay_in_place_until_it_ends(there: Workspace, tmp_path: Path) -> None:
    async def tried() -> None:
        async with there.loader.trial():
            await there.loader.faults_with({"A.hs": b"module A where\n"}, 1)
            there.loader.place()
            assert (tmp_path / "A.hs").read_text() == "module A where\n"
        assert (tmp_path / "A.hs").read_text() == A

    asyncio.run(tried())

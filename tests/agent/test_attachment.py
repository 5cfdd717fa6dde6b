"""What a relay may count on: handshake, epochs, acknowledgements, contents, back-pressure, local changes."""

import base64
import itertools
import time

import pytest

from sandbox.limits import MIB, UNACKNOWLEDGED_BYTES, ContainerLimits, RunLimits
from sandbox.messages import (
    Ack,
    Attached,
    Deliver,
    Hibernate,
    LeftOut,
    Measure,
    Mode,
    Need,
    Output,
    Overlay,
    Ping,
    Pong,
    Restore,
    Say,
    Start,
    Sync,
    Terminal,
    encode,
)
from tests.agent.harness import LIMITS, Agent, Run, sha256
from tests.agent.stage import Stage

pytestmark = pytest.mark.engine

HELLO = 'main :: IO ()\nmain = putStrLn "fine"\n'
ASKS = """\
import System.IO
main :: IO ()
main = do
  hSetBuffering stdout LineBuffering
  putStrLn "up"
  mapM_ putStrLn . takeWhile (/= "end") . lines =<< getContents
"""
READS = """\
import Control.Concurrent
main :: IO ()
main = getLine >> threadDelay 2500000 >> getLine >>= putStrLn
"""
FLOOD = "main :: IO ()\nmain = mapM_ (\\n -> putStrLn (show n ++ replicate 90 'x')) [1 :: Int ..]\n"
EPOCHS = itertools.count(2)


@pytest.fixture
def takeover(agent: Agent, stage: Stage) -> "Takeover":
    return Takeover(stage, agent)


class Takeover:
    """Further relays at the shared agent, each with a higher epoch; in the end the first takes it back."""

    def __init__(self, stage: Stage, agent: Agent) -> None:
        self._stage = stage
        self._agent = agent

    def __call__(self, epoch: int | None = None) -> Agent:
        other = self._stage.again(self._agent, next(EPOCHS) if epoch is None else epoch)
        other.blobs = self._agent.blobs
        return other

    def give_back(self) -> None:
        self._agent.epoch = next(EPOCHS)
        self._agent.attach()


# --- the handshake -----------------------------------------------------------------------------------------


def test_attaching_tells_where_the_agent_stands(agent: Agent, takeover: Takeover) -> None:
    agent.sync({"Main.hs": ASKS})
    run = agent.start()
    run.printed("up")
    entry = agent.deliver(Sync(agent.manifest({"Main.hs": ASKS})))
    agent.received(entry)
    other = takeover()
    attached = other.attach()
    assert attached.entry == entry
    assert [(live.run_id, live.mode) for live in attached.runs] == [(run.id, "interpret")]
    assert attached.ready
    takeover.give_back()


def test_a_newer_relay_gets_again_what_was_not_acknowledged(agent: Agent, takeover: Takeover) -> None:
    agent.sync({"Main.hs": ASKS})
    agent.acknowledging = False
    run = agent.start()
    run.printed("up")
    other = takeover()
    other.attach()
    count = len(says(agent, run.id))
    other.wait(lambda: len(says(other, run.id)) >= count or None, "the events again")
    assert says(other, run.id) == agent.says[run.id]
    theirs = Run(other, run.id)
    theirs.input("more\nend\n")
    assert theirs.ended().exit_code == 0
    assert theirs.stdout == "up\nmore\n"
    agent.acknowledging = True
    takeover.give_back()


def says(agent: Agent, channel: str) -> list[Say]:
    return list(agent.says.get(channel, []))


def test_what_was_acknowledged_is_not_sent_again(agent: Agent, takeover: Takeover) -> None:
    agent.sync({"Main.hs": ASKS})
    run = agent.start()
    run.printed("up")
    agent.ping()
    other = takeover()
    other.attach()
    other.ping()
    assert not [frame for frame in other.frames if isinstance(frame, Say) and frame.channel == run.id]
    takeover.give_back()


def test_a_lower_epoch_is_ignored(agent: Agent, takeover: Takeover) -> None:
    other = takeover()
    other.attach()
    agent.deliver(Sync(agent.manifest({"Main.hs": HELLO})))  # the older relay has not noticed yet
    agent.send(Ping(agent.epoch))
    time.sleep(0.5)
    assert not [frame for frame in other.frames if isinstance(frame, Need | Pong)]
    late = takeover(epoch=agent.epoch)
    with pytest.raises(AssertionError):
        late.wait(lambda: next((one for one in late.frames if isinstance(one, Attached)), None), seconds=1)
    takeover.give_back()
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


def test_a_message_that_comes_twice_is_followed_once(agent: Agent) -> None:
    agent.sync({"Main.hs": ASKS})
    run = agent.start()
    run.printed("up")
    entry = agent.deliver(Sync(agent.manifest({"Main.hs": HELLO})))
    agent.send(Deliver(agent.epoch, entry, Start("again", "interpret", LIMITS)))
    agent.send(Deliver(agent.epoch, run.entry, Start("and-again", "interpret", LIMITS)))
    time.sleep(1)
    assert "again" not in agent.says
    assert "and-again" not in agent.says
    assert run.finished is None


def test_a_ping_is_answered(agent: Agent) -> None:
    agent.ping()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"{}",
        b"[]",
        b"null",
        b'{"type":"deliver"}',
        b'{"type":"attach","epoch":-1,"nonce":"x"}',
        b'{"type":"attach","epoch":"9","nonce":"x"}',
        b'{"type":"nope","epoch":1}',
        b"\xff\xfe\x00",
        b'{"type":"ping","epoch":1',
        b"[" * 100_000,
        b'"' + b"x" * 1_500_000 + b'"',
        b'{"type":"blob","epoch":1,"sha256":"' + b"a" * 64 + b'","data":"!!!"}',
    ],
    ids=range(14),
)
def test_torn_and_strange_lines_are_dropped(agent: Agent, line: bytes) -> None:
    agent.write(b"\n" + line + b"\n")
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


def test_a_line_torn_by_a_relay_that_died_does_not_eat_the_next_ones_attach(
    agent: Agent, takeover: Takeover
) -> None:
    agent.write(encode(Ping(agent.epoch))[:10])
    other = takeover()
    other.write(b"\n")
    other.attach()
    takeover.give_back()


def test_an_acknowledgement_of_nothing_is_harmless(agent: Agent) -> None:
    agent.send(Ack(agent.epoch, "no-such-run", 5))
    agent.send(Ack(agent.epoch, "", 2**50))
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


# --- contents ----------------------------------------------------------------------------------------------


def test_only_what_is_missing_is_asked_for(agent: Agent) -> None:
    files = {"Main.hs": HELLO + "-- 1\n", "A.hs": "module A where\n-- only here\n"}
    agent.sync(files)
    agent.start().ended()
    count = len(agent.frames)
    agent.sync(files | {"B.hs": "module B where\n-- new\n"})
    agent.start().ended()
    needed = [key for frame in agent.frames[count:] if isinstance(frame, Need) for key in frame.hashes]
    assert needed == [sha256(b"module B where\n-- new\n")]


def test_a_run_waits_for_contents_that_are_late(agent: Agent) -> None:
    agent.supplying = False
    manifest = agent.sync({"Main.hs": HELLO + "-- late\n"})
    run = agent.start()
    time.sleep(0.5)
    assert run.finished is None
    agent.supplying = True
    agent.supply(list(manifest.values()))
    assert run.ended().exit_code == 0
    assert run.stdout == "fine\n"


def test_contents_that_nobody_has_refuse_the_run_with_the_files_name(agent: Agent) -> None:
    manifest = {"Main.hs": sha256(HELLO.encode()), "src/Gone.hs": "0" * 64}
    agent.blobs[manifest["Main.hs"]] = HELLO.encode()
    for mode in ("interpret", "compile"):
        agent.deliver(Sync(manifest))
        run = agent.start(mode)
        finished = run.ended()
        assert finished.outcome in ("compile_failed", "internal_error")
        assert "src/Gone.hs" in (finished.reason or "")
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


def test_contents_that_are_not_what_was_asked_for_are_not_taken(agent: Agent) -> None:
    key = sha256(b"main = pure ()\n-- the true one")
    agent.blobs[key] = b'main = putStrLn "forged"\n'
    agent.deliver(Sync({"Main.hs": key}))
    run = agent.start()
    assert run.ended().outcome in ("compile_failed", "internal_error")
    assert run.stdout == ""


def test_a_relay_that_takes_over_is_asked_again(agent: Agent, takeover: Takeover) -> None:
    agent.supplying = False
    agent.sync({"Main.hs": HELLO + "-- asked twice\n"})
    run = agent.start()
    agent.received(run.entry)
    other = takeover()
    other.attach()

    def goes_on() -> bool | None:  # the first may have heard its beginning
        return any(isinstance(each, Say) and each.channel == run.id for each in other.frames) or None

    other.wait(goes_on, "the run goes on")
    agent.supplying = True
    takeover.give_back()


@pytest.mark.parametrize(
    "path", ["../out.hs", "/etc/x", "a/../../b", ".session/x", "a\0b", "ü" * 200, "a//b"]
)
def test_a_path_that_leads_elsewhere_is_refused_with_a_sentence(agent: Agent, path: str) -> None:
    entry = agent.deliver(Sync({path: sha256(b"x")}))
    assert "path" in agent.refused(entry).reason.lower()
    assert agent.output({"Main.hs": HELLO}) == "fine\n"


# --- back-pressure -----------------------------------------------------------------------------------------


def quiet(run: Run, seconds: float = 1.0) -> int:
    """How much it had printed once nothing more came for so long."""
    printed, since = len(run.stdout), time.monotonic()
    while time.monotonic() - since < seconds:
        time.sleep(0.1)
        if len(run.stdout) > printed:
            printed, since = len(run.stdout), time.monotonic()
    return printed


def test_a_program_waits_while_nothing_is_acknowledged(agent: Agent, stage: Stage) -> None:
    agent.sync({"Main.hs": FLOOD})
    agent.acknowledging = False
    run = agent.start(limits=RunLimits(run_seconds=20, output_bytes=64 * MIB))
    agent.wait(lambda: len(run.stdout) >= UNACKNOWLEDGED_BYTES or None, "a full window")
    held = quiet(run)
    memory = stage.memory_bytes(agent)
    time.sleep(1.5)
    assert len(run.stdout) == held < 3 * UNACKNOWLEDGED_BYTES
    assert stage.memory_bytes(agent) < memory + 2 * MIB
    agent.acknowledge()
    agent.wait(lambda: len(run.stdout) > 4 * held or None, "more output")
    run.stop()
    assert run.ended(5).outcome == "stopped"


def test_a_blocked_program_can_be_stopped(agent: Agent) -> None:
    agent.sync({"Main.hs": FLOOD})
    agent.acknowledging = False
    run = agent.start(limits=RunLimits(run_seconds=20, output_bytes=64 * MIB))
    agent.wait(lambda: len(run.stdout) >= UNACKNOWLEDGED_BYTES or None, "a full window")
    run.stop()
    time.sleep(1.5)
    agent.acknowledge()
    assert run.ended().outcome == "stopped"


def test_other_runs_and_diagnostics_go_on_beside_a_blocked_program(agent: Agent) -> None:
    agent.sync({"Main.hs": FLOOD})
    agent.acknowledging = False
    run = agent.start(limits=RunLimits(run_seconds=20, output_bytes=64 * MIB))
    agent.wait(lambda: len(run.stdout) >= UNACKNOWLEDGED_BYTES or None, "a full window")
    assert agent.check("Main.hs", "main :: IO ()\nmain = putStrLn True\n")
    agent.edit("Main.hs", HELLO)
    other = agent.start("compile")
    assert other.ended().exit_code == 0
    agent.acknowledge()
    run.stop()
    run.ended(5)


def test_output_comes_in_pieces_that_fit(agent: Agent) -> None:
    program = (
        "main :: IO ()\nmain = mapM_ (\\n -> putStrLn (show n ++ replicate 90 'ü')) [1 .. 20000 :: Int]\n"
    )
    run = agent.run({"Main.hs": program})
    outputs = [event for event in run.events if isinstance(event, Output)]
    assert len(run.stdout.splitlines()) == 20000
    assert "\ufffd" not in run.stdout
    assert len(outputs) < 400


def test_a_slow_drip_is_seen_at_once_and_merged(agent: Agent) -> None:
    program = """\
import Control.Concurrent
import System.IO
main :: IO ()
main = hSetBuffering stdout NoBuffering >> mapM_ (\\c -> putChar c >> threadDelay 300) (replicate 2000 '.')
"""
    run = agent.run({"Main.hs": program})
    outputs = [event for event in run.events if isinstance(event, Output)]
    assert run.stdout == "." * 2000
    assert len(outputs) < 600


def test_a_live_run_is_measured(agent: Agent) -> None:
    agent.sync({"Main.hs": "main :: IO ()\nmain = print (sum [1 :: Integer ..])\n"})
    run = agent.start()

    def measured() -> list[Measure] | None:
        mine = [one for one in agent.frames if isinstance(one, Measure) and one.run_id == run.id]
        return mine if len(mine) >= 2 else None

    first, second = agent.wait(measured, "two measures", 10)[:2]
    assert second.cpu_seconds > first.cpu_seconds
    assert first.memory_bytes > MIB
    assert not first.waits_for_input
    run.stop()


def until_told(agent: Agent, run: Run, *, waits: bool, after: int = 0, seconds: float = 20) -> None:
    """The newest word, of those after so many frames, is that it waits for input, or that it does not."""

    def is_told() -> bool | None:
        told = [one for one in agent.frames[after:] if isinstance(one, Measure) and one.run_id == run.id]
        return (told and told[-1].waits_for_input is waits) or None

    agent.wait(is_told, f"word that it {'waits' if waits else 'does not wait'}", seconds)


@pytest.mark.parametrize("mode", ["interpret", "compile"])
@pytest.mark.parametrize("terminal", [None, Terminal(80, 24)])
def test_it_is_told_when_a_program_waits_for_input(
    agent: Agent, mode: Mode, terminal: Terminal | None
) -> None:
    agent.sync({"Main.hs": READS})
    run = agent.start(mode, terminal=terminal)
    until_told(agent, run, waits=True, seconds=60)
    before = len(agent.frames)
    run.input("one\n")
    until_told(agent, run, waits=False, after=before)
    until_told(agent, run, waits=True, after=before)
    run.input("two\n")
    assert run.ended().exit_code == 0


def test_who_reads_what_another_process_writes_does_not_wait_for_input(agent: Agent) -> None:
    pipeline = 'callCommand "echo begun; sleep 60 | cat"'
    agent.sync({"Main.hs": f"import System.Process\nmain :: IO ()\nmain = {pipeline}\n"})
    run = agent.start()
    agent.wait(lambda: run.stdout or None, "its beginning")
    before = len(agent.frames)

    def told() -> list[bool | None] | None:
        mine = [one for one in agent.frames[before:] if isinstance(one, Measure) and one.run_id == run.id]
        return [one.waits_for_input for one in mine] if len(mine) >= 3 else None

    assert set(agent.wait(told, "three measures")) == {False}
    run.stop()


@pytest.mark.parametrize("command", ["cat", "for i in 1 2 3 4 5 6 7 8 9; do sleep 60 & done; exec cat"])
def test_it_is_told_when_what_a_program_started_waits_for_input(agent: Agent, command: str) -> None:
    agent.sync({"Main.hs": f'import System.Process\nmain :: IO ()\nmain = callCommand "{command}"\n'})
    run = agent.start()
    until_told(agent, run, waits=True)
    run.eof()
    assert run.ended().exit_code == 0


# --- local changes -----------------------------------------------------------------------------------------


def hibernate(agent: Agent) -> tuple[bytes, LeftOut | None]:
    count = len(agent.frames)
    agent.deliver(Hibernate())

    def pieces() -> list[Overlay] | None:
        found = [frame for frame in agent.frames[count:] if isinstance(frame, Overlay)]
        return found if found and found[-1].last else None

    told = agent.wait(pieces, "the overlay")
    return b"".join(base64.b64decode(piece.data) for piece in told), told[-1].left_out


def restore(agent: Agent, archive: bytes) -> None:
    for start in range(0, len(archive), 300_000):
        piece = base64.b64encode(archive[start : start + 300_000]).decode()
        agent.send(Restore(agent.epoch, piece, start + 300_000 >= len(archive)))


def test_local_changes_survive_hibernation(stage: Stage) -> None:
    first = stage.fresh()
    writer = (
        'main :: IO ()\nmain = writeFile "kept.txt" (replicate 2000000 \'k\') >> writeFile "Main.hs" "evil"\n'
    )
    assert first.output({"Main.hs": writer}) == ""
    assert first.output({"Main.hs": HELLO}, "compile") == "fine\n"
    archive, left_out = hibernate(first)
    assert left_out is None
    stage.remove(first)
    second = stage.fresh()
    restore(second, archive)
    reader = 'main :: IO ()\nmain = readFile "kept.txt" >>= print . length\n'
    assert second.output({"Main.hs": reader}) == "2000000\n"
    assert second.output({"Main.hs": HELLO}, "compile") == "fine\n"
    stage.remove(second)


@pytest.mark.parametrize("archive", [b"nonsense", b"\x1f\x8b" + b"x" * 100], ids=["no archive", "torn"])
def test_a_damaged_overlay_does_not_stop_the_session(stage: Stage, archive: bytes) -> None:
    agent = stage.fresh()
    restore(agent, archive)
    assert agent.output({"Main.hs": HELLO}) == "fine\n"
    stage.remove(agent)


def test_a_session_with_a_live_run_does_not_hibernate(agent: Agent) -> None:
    agent.sync({"Main.hs": ASKS})
    run = agent.start()
    run.printed("up")
    entry = agent.deliver(Hibernate())
    assert agent.refused(entry).reason
    assert run.finished is None


# --- the container's end -----------------------------------------------------------------------------------


def test_a_small_container_serves_as_well(stage: Stage) -> None:
    agent = stage.fresh(ContainerLimits(memory_bytes=256 * MIB, pids=64, disk_bytes=16 * MIB))
    assert agent.output({"Main.hs": HELLO}) == "fine\n"
    stage.remove(agent)


def test_an_agent_that_a_program_kills_ends_the_container(stage: Stage) -> None:
    agent = stage.fresh()
    program = 'import System.Process\nmain :: IO ()\nmain = callCommand "kill -9 -1"\n'
    agent.sync({"Main.hs": program})
    agent.start()
    deadline = time.monotonic() + 10
    while stage.is_running(agent) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not stage.is_running(agent)

"""Nothing that fails is hidden."""

import sys
from pathlib import Path

import pytest
from bootstrap import __main__ as command
from bootstrap import steps
from bootstrap.steps import Stop


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "LOGS", tmp_path)
    return tmp_path


def test_a_quiet_command_goes_to_its_log(logs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    steps.run(["echo", "hello"], "greeting")
    assert (logs / "greeting.log").read_text() == "$ echo hello\nhello\n"
    assert capfd.readouterr().out == ""


def test_a_failed_command_shows_the_end_of_its_log_and_only_its_own(logs: Path) -> None:
    steps.run(["echo", "earlier"], "greeting")
    with pytest.raises(Stop) as stop:
        steps.run(["sh", "-c", "echo broken >&2; exit 3"], "greeting")
    assert "broken\n" in str(stop.value)
    assert "failed with code 3" in str(stop.value)
    assert "earlier" not in str(stop.value)


def test_a_failed_command_that_shows_itself_stops() -> None:
    with pytest.raises(Stop, match="failed with code 4"):
        steps.show(["sh", "-c", "exit 4"])


def test_a_step_that_failed_is_not_said_to_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with steps.step("Something"):
            raise Stop("no")

    with pytest.raises(Stop):
        fail()
    assert "✓" not in capsys.readouterr().out


@pytest.mark.parametrize(("result", "code"), [(None, 0), (Stop("no"), 1), (KeyboardInterrupt(), 130)])
def test_the_exit_code_says_how_it_went(
    monkeypatch: pytest.MonkeyPatch, result: BaseException | None, code: int
) -> None:
    def do() -> None:
        if result:
            raise result

    monkeypatch.setitem(command.COMMANDS, "check", do)
    monkeypatch.setattr(sys, "argv", ["bootstrap", "check"])
    assert command.main() == code


def test_an_unknown_command_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bootstrap", "everything"])
    assert command.main() == 2

"""`make check`: its parts run side by side, and none fails unseen."""

import socket
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from bootstrap import testing
from bootstrap.steps import Stop


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The source of another page, at which nobody has looked."""
    monkeypatch.setattr(testing, "PAGE_STYLE", tmp_path / "stamp")
    source = tmp_path / "page.ts"
    source.write_text("")
    monkeypatch.setattr(testing, "frontend_sources", lambda: [source])
    return source


def test_tests_style_and_types_run_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(4, timeout=10)

    def meet(*_: object, **__: object) -> None:
        together.wait()

    monkeypatch.setattr(testing, "show", meet)
    for row in ("_python_style", "_page_style", "_page_tests"):
        monkeypatch.setattr(testing, row, meet)
    testing.check()


@pytest.mark.parametrize("broken", ["mypy", "eslint", "vitest"])
def test_what_fails_beside_the_tests_is_shown_and_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    ran = []

    def run(command: Sequence[str], log: str, **_: object) -> None:
        ran.append(log)
        if log == broken:
            raise Stop(f"{log} has found something")

    monkeypatch.setattr(testing, "run", run)
    monkeypatch.setattr(testing, "show", lambda *_, **__: None)
    with pytest.raises(Stop, match="see above"):
        testing.check()
    assert f"✗ {broken} has found something" in capsys.readouterr().out
    assert {"ruff", "mypy", "eslint", "vitest"} == set(ran)


def test_eslint_looks_again_at_what_changed_and_at_what_it_found_wrong(
    monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    looked = []

    def run(*_: object, **__: object) -> None:
        looked.append(page.read_text())
        if page.read_text() == "wrong":
            raise Stop("eslint has found something")

    monkeypatch.setattr(testing, "run", run)
    testing._page_style()
    testing._page_style()
    page.write_text("wrong")
    for _ in range(2):
        with pytest.raises(Stop):
            testing._page_style()
    page.write_text("right")
    testing._page_style()
    assert looked == ["", "wrong", "wrong", "right"]


def test_no_worker_waits_40_ms_at_each_test_to_count_its_reruns(pytestconfig: pytest.Config) -> None:
    if not hasattr(pytestconfig, "workerinput"):
        pytest.skip("There is one process.")
    counts = pytestconfig.failures_db  # type: ignore[attr-defined]
    assert counts.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

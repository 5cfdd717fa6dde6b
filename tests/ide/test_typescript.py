"""The front end's types are those of the protocol."""

from pathlib import Path

from ide.typescript import render

RENDERED = Path(__file__).parents[2] / "frontend" / "src" / "protocol.ts"


def test_the_rendered_file_is_not_stale() -> None:
    assert RENDERED.read_text() == render(), "run `manage.py protocol`"


def test_what_the_server_always_sends_is_not_optional() -> None:
    assert "diagnostics: Diagnostic[];" in render()
    assert "timings: Timings;" in render()


def test_what_the_client_may_leave_out_is_optional() -> None:
    assert "args?: string[];" in render()

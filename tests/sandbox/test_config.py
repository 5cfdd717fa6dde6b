import logging

import pytest

from sandbox.config import log_plainly


@pytest.mark.parametrize(
    ("said", "level"), [("debug", logging.DEBUG), ("WARNING", logging.WARNING), (None, logging.INFO)]
)
def test_the_log_level_is_the_environments(
    monkeypatch: pytest.MonkeyPatch, said: str | None, level: int
) -> None:
    taken: list[object] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **given: taken.append(given["level"]))
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    if said:
        monkeypatch.setenv("LOG_LEVEL", said)
    log_plainly()
    assert [logging.getLevelName(one) if isinstance(one, str) else one for one in taken] == [level]

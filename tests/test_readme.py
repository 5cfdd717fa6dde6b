"""The README tells of every setting, and of none that is not there."""

import re
from pathlib import Path

from sandbox.config import Config

ROOT = Path(__file__).parents[1]
READERS = r"(?:flag|names|number|secret|text|read)\(\s*\"([A-Z_]+)\""
OF_THE_START = {"PORT"}  # read by the set-up alone
OF_OTHERS = {
    "DOCKER_HOST",
    "HASKELL_IDE_TOKEN",
    "TEST_DATABASE_URL",
    "TEST_TOOLCHAIN",
}  # the engine's client, `manage.py lsp`, tests


def _read_by_the_service() -> set[str]:
    modules = [*(ROOT / "ide").rglob("*.py")]
    return {name for module in modules for name in re.findall(READERS, module.read_text())}


def _read_by_the_sandbox() -> set[str]:
    return {
        "REDIS_URL" if field == "redis_url" else f"SANDBOX_{field.upper()}"
        for field in Config.__struct_fields__
    }


def _in_the_table() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))


def test_the_table_holds_every_setting_and_no_other() -> None:
    assert len(_read_by_the_service()) > 8
    assert _in_the_table() == _read_by_the_service() | _read_by_the_sandbox() | OF_THE_START | OF_OTHERS


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150

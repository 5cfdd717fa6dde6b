"""What the project itself needs: virtual environment, front end, toolchain images, database."""

import platform
import shutil
import sys
from collections.abc import Set
from pathlib import Path

from bootstrap import stamps
from bootstrap.steps import ROOT, RUN, run, show, step, with_venv

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
COLOURS = ROOT / "ide" / "static" / "ide"  # shared with the pages that Django renders
PAGES = ROOT / "ide" / "static" / "app"
LOCKS = {"run": ROOT / "requirements.lock", "test": ROOT / "requirements-dev.lock"}
NOT_SOURCES = {"node_modules", "dist", ".vite"}
NOT_IN_THE_PAGE = {"bench", "test"}
MIGRATIONS = ROOT / "ide" / "migrations"


def virtual_environment(purpose: str) -> None:
    """The packages of the lock file. The one for tests holds all that running needs, and serves for both."""
    wanted = {name: stamps.inputs_hash([lock], sys.version) for name, lock in LOCKS.items()}
    stamp = VENV / "stamp"
    serves = {"run": ("run", "test"), "test": ("test",)}[purpose]
    if PYTHON.exists() and any(stamps.is_fresh(stamp, wanted[name]) for name in serves):
        return
    with step("Python packages"):
        run([sys.executable, "-m", "venv", *([] if _is_of_this_python() else ["--clear"]), str(VENV)], "venv")
        install = [
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--progress-bar=off",
            "--require-hashes",
        ]
        run([str(PYTHON), *install, "-r", str(LOCKS[purpose])], "venv")
        stamps.write(stamp, wanted[purpose])


def _is_of_this_python() -> bool:
    """The virtual environment was made by this very version of Python: only what changed is installed."""
    settings = VENV / "pyvenv.cfg"
    return settings.is_file() and f"version = {platform.python_version()}\n" in settings.read_text()


def node_modules() -> None:
    """The front end's packages, exactly as locked."""
    wanted = stamps.inputs_hash([FRONTEND / "package-lock.json"])
    stamp = MODULES / ".stamp"
    if stamps.is_fresh(stamp, wanted):
        return
    with step("Front end packages"):
        run(["npm", "ci"], "npm", cwd=FRONTEND)
        stamps.write(stamp, wanted)


def frontend_sources(*, without: Set[str] = frozenset()) -> list[Path]:
    """Files and folders of the front end that somebody wrote."""
    return [path for path in FRONTEND.iterdir() if path.name not in NOT_SOURCES | without]


def pages() -> None:
    """The front end, built."""
    wanted = stamps.inputs_hash([*frontend_sources(without=NOT_IN_THE_PAGE), COLOURS])
    stamp = ROOT / "build" / "frontend.stamp"
    if stamps.is_fresh(stamp, wanted) and (PAGES / "manifest.json").exists():
        return
    with step("Front end"):
        run(["npm", "run", "build"], "frontend", cwd=FRONTEND)
        run([str(PYTHON), "-m", "whitenoise.compress", "--quiet", str(PAGES)], "frontend")
        stamps.write(stamp, wanted)


def toolchains(*names: str) -> None:
    """Images of the named toolchains (all when none is named); says by itself which were made."""
    with step("Toolchain images"):
        show([str(PYTHON), "-m", "sandbox.toolchains", "build", *names], environment=with_venv())


def database(environment: dict[str, str]) -> None:
    """Tables as the code wants them; our own file's are looked at only after a change."""
    wanted = stamps.inputs_hash([MIGRATIONS, LOCKS["run"]])
    stamp = RUN / "migrated"
    own = "DATABASE_URL" not in environment and "DATABASE_URL_FILE" not in environment
    if own and (RUN / "ide.sqlite3").exists() and stamps.is_fresh(stamp, wanted):
        return
    with step("Database"):
        run([str(PYTHON), "manage.py", "migrate", "--no-input"], "database", environment=environment)
    if own:
        stamps.write(stamp, wanted)


def clean() -> None:
    """Remove everything that was made, but neither data (.run) nor images."""
    caches = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")
    for path in (VENV, MODULES, PAGES, ROOT / "build", *(ROOT / name for name in caches)):
        shutil.rmtree(path, ignore_errors=True)
    _say_what_stays(RUN)


def _say_what_stays(data: Path) -> None:
    print(f"Kept: {data} (database, secret key) and the images on the engine (docker image ls).")

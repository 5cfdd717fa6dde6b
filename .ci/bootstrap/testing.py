"""Lint, types and tests; the last on SQLite and, for what touches the database, on PostgreSQL as well."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bootstrap import stamps
from bootstrap.postgres import postgres
from bootstrap.project import FRONTEND, PYTHON, frontend_sources
from bootstrap.steps import ROOT, Stop, run, show, step, with_venv

WITHOUT_ENGINES = "not engine and not browser and not pool"
PYTHON_PARTS = ("manage.py", "ide", "sandbox", "tests")
DATABASE_TESTS = "tests/ide"
DATABASE_TESTS_OF_THE_WHOLE = (
    "tests/whole/test_sessions.py",
    "tests/whole/test_calls.py::test_a_run_of_a_caller_who_hung_up_ends",
    "tests/whole/test_calls.py::test_a_finished_run_is_on_record_with_its_output",
    "tests/whole/test_calls.py::test_a_nul_reaches_the_program_and_comes_back_however_often_it_is_asked",
    "tests/whole/test_calls.py::test_what_a_splice_says_with_a_nul_is_a_diagnostic_and_on_record",
)
PAGE_STYLE = ROOT / "build" / "page-style.stamp"
BROWSER_TESTS = "tests/browser"
MACHINE_TESTS = "tests/vm"
# All of these need an engine: they are not even imported where there is none.
ENGINE_TESTS = (BROWSER_TESTS, "tests/attacks", "tests/faults", "tests/pool", MACHINE_TESTS, "tests/whole")
OTHER_TOOLCHAINS = sorted(
    dockerfile.parent.name
    for dockerfile in (ROOT / "sandbox" / "images").glob("*/Dockerfile")
    if "haskell-ide.default" not in dockerfile.read_text()
)
WORKERS = min(4, max(2, os.cpu_count() or 2))
WAITING_WORKERS = 3 * WORKERS  # tests without engines wait for threads and processes; each imports all tests


def check() -> None:
    """Style, types and the tests that need neither an engine nor a browser, side by side."""
    # Each a process of its own beside the tests' workers: in one row they would be done long after them.
    rows = (_python_style, _page_style, _page_tests)
    with ThreadPoolExecutor(len(rows)) as beside:
        others = [beside.submit(_said_at_once, row) for row in rows]
        _without_engines()
        for other in others:
            other.result()


def _said_at_once(row: Callable[[], None]) -> None:
    try:
        row()
    except Stop as reason:
        print(f"\n✗ {reason}", flush=True)
        raise Stop("Style, types or the page's tests: see above.") from reason


def _python_style() -> None:
    environment = with_venv()
    with step("ruff"):
        run(
            ["ruff", "check", "--output-format=concise", *PYTHON_PARTS, ".ci"],
            "ruff",
            environment=environment,
        )
        run(["ruff", "format", "--check", *PYTHON_PARTS, ".ci"], "ruff", environment=environment)
    with step("mypy"):
        run(["mypy", *PYTHON_PARTS], "mypy", environment=environment)
        run(["mypy", "-p", "bootstrap"], "mypy", environment=environment)


def _page_style() -> None:
    """Once for the page as it is: types reach over files, so eslint looks at all of them or at none."""
    wanted = stamps.inputs_hash(frontend_sources())
    if stamps.is_fresh(PAGE_STYLE, wanted):
        print("✓ tsc and eslint (the page is as it was)", flush=True)
        return
    with step("tsc and eslint"):
        run(["npm", "run", "--silent", "check"], "eslint", cwd=FRONTEND)
    stamps.write(PAGE_STYLE, wanted)


def _page_tests() -> None:
    with step("vitest"):
        run(["npm", "run", "--silent", "test"], "vitest", cwd=FRONTEND)


def frontend_tests() -> None:
    """Tests of the page's own code."""
    with step("vitest", shows_itself=True):
        show(["npm", "run", "--silent", "test"], cwd=FRONTEND)


def _without_engines() -> None:
    with step("tests without engines", shows_itself=True):
        _pytest(
            "-m",
            WITHOUT_ENGINES,
            *(f"--ignore={folder}" for folder in ENGINE_TESTS),
            workers=WAITING_WORKERS,
            spread="worksteal",  # most of what waits is in a few files
        )


def everything() -> None:
    """All tests on SQLite, and those of the database on PostgreSQL."""
    with step("tests", shows_itself=True):
        _pytest("-m", "not browser and not vm")
    _on_other_toolchains()
    # Apart: Playwright keeps an event loop running in its process, which asyncio's tests do not stand.
    with step("tests in a browser", shows_itself=True):
        _pytest(BROWSER_TESTS)
    with step("tests of the database on PostgreSQL", shows_itself=True), postgres() as server:
        _pytest(DATABASE_TESTS, "-m", WITHOUT_ENGINES, DATABASE_URL=server.url)
        # One process: the service has the database to itself.
        _pytest(*DATABASE_TESTS_OF_THE_WHOLE, workers=1, TEST_DATABASE_URL=server.url)


def virtual_machine() -> None:
    """A host as in production, which takes minutes under emulation."""
    with step("tests on a virtual machine", shows_itself=True):
        _pytest(MACHINE_TESTS, workers=1)


def _on_other_toolchains() -> None:
    """What the agent does with GHC, and so differs with its version."""
    for name in OTHER_TOOLCHAINS:
        with step(f"tests of the agent on {name}", shows_itself=True):
            _pytest("tests/agent", "-m", "toolchains", TEST_TOOLCHAIN=name)


def _pytest(*arguments: str, workers: int = WORKERS, spread: str = "loadscope", **variables: str) -> None:
    # A busy machine now and then holds up a real engine for longer than a test waits: one more try, which the
    # summary names.
    how = ["-n", str(workers), "--dist", spread, "--reruns", "1", "-rfER"]
    environment = with_venv(**variables)
    # Compiled modules are kept: else each worker, and each process that a test starts, compiles them all.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    show([str(PYTHON), "-m", "pytest", "-q", *how, *arguments], environment=environment)


def bench() -> None:
    """Print the table of figures and write build/bench.json."""
    show([str(PYTHON), "-m", "tests.bench"], environment=with_venv())


def screenshots() -> None:
    """Write docs/screenshots."""
    with step("screenshots", shows_itself=True):
        show([str(PYTHON), "-m", "tests.screenshots"], environment=with_venv())

"""Lock files from what pyproject.toml and package.json ask for."""

from bootstrap.project import FRONTEND, PYTHON, virtual_environment
from bootstrap.steps import run, step

COMPILE = (
    "pip",
    "compile",
    "pyproject.toml",
    "--generate-hashes",
    "--no-header",
    "--quiet",
    "--upgrade",
    "--universal",
    "--python-version",
    "3.11",
)


def lock() -> None:
    """Take the newest versions that pyproject.toml and package.json allow."""
    virtual_environment("test")
    with step("requirements.lock, requirements-dev.lock"):
        uv = [str(PYTHON), "-m", "uv"]
        run([*uv, *COMPILE, "-o", "requirements.lock"], "lock")
        run([*uv, *COMPILE, "--group", "dev", "-o", "requirements-dev.lock"], "lock")
    with step("package-lock.json"):
        run(["npm", "update", "--package-lock-only"], "lock", cwd=FRONTEND)

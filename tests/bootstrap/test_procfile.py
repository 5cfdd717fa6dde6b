"""What `make run` starts is there, and takes the arguments that it is given."""

import importlib.util
import shlex
from pathlib import Path

import pytest
from bootstrap import serve, system
from celery.bin.worker import worker
from django.core.management import get_commands, load_command_class

from ide.server import Web
from sandbox.tasks import app

ROOT = Path(__file__).parents[2]
VARIABLES = {"$REDIS_PORT": "6390", "$WEB_PORT": "8000", "${SANDBOX_WORKER_THREADS:-64}": "64"}


def words(process: str) -> list[str]:
    """A process's command, with the variables that it gets and without its own."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    command = dict(line.split(": ", 1) for line in lines)[process]
    for name, value in VARIABLES.items():
        command = command.replace(name, value)
    assert "$" not in command, "a variable that nobody sets"
    return [word for word in shlex.split(command) if not word.startswith("PYTHONWARNINGS=")]


def test_these_are_all() -> None:
    assert serve._procfile() == ["redis", "web", "worker", "keeper", "recorder", "builder"]


@pytest.mark.parametrize("process", ["web", "keeper", "builder"])
def test_a_module_is_there(process: str) -> None:
    python, option, module = words(process)[:3]
    assert (python, option) == ("python", "-m")
    assert importlib.util.find_spec(module)
    assert 'if __name__ == "__main__":' in (ROOT / f"{module.replace('.', '/')}.py").read_text()


def test_the_web_process_takes_its_arguments() -> None:
    parsed = Web().parser.parse_args([*words("web")[3:], "ide.asgi:application"])
    assert (parsed.host, parsed.port) == ("127.0.0.1", 8000)


def test_the_worker_takes_its_arguments() -> None:
    celery, *options = words("worker")
    assert (celery, options[:4]) == ("celery", ["--quiet", "-A", "sandbox.tasks", "worker"])
    assert app.tasks
    pairs = dict(zip(options[4::2], options[5::2], strict=True))
    known = {name for parameter in worker.params for name in parameter.opts}
    assert pairs.keys() <= known
    assert (pairs["--pool"], pairs["--concurrency"]) == ("threads", "64")


def test_the_recorder_is_a_command_without_arguments() -> None:
    python, script, name, *arguments = words("recorder")
    assert (python, script) == ("python", "manage.py")
    command = load_command_class(get_commands()[name], name)
    assert command.create_parser(script, name).parse_args(arguments)


def test_redis_is_among_what_the_machine_needs() -> None:
    program, *options = words("redis")
    assert program in system.SERVICES
    assert options[:4] == ["--port", "6390", "--bind", "127.0.0.1"]

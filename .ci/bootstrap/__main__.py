"""python -m bootstrap run | build | check | test | test-vm | bench | screenshots | lock | clean."""

import sys
import time
from collections.abc import Callable

from bootstrap import access, engine, gvisor, locks, project, serve, system, testing, virtual
from bootstrap.steps import Stop


def run() -> None:
    """Set up what is missing and serve until Ctrl-C."""
    serve.check()
    _machine({**system.ENGINE, **system.SERVICES, **system.IMAGES})
    access.gain()
    _parts("run")
    project.toolchains("--default")
    environment = serve.environment()
    project.database(environment)
    serve.serve(environment)


def build() -> None:
    """Set up everything without starting it."""
    _machine({**system.ENGINE, **system.SERVICES, **system.IMAGES})
    access.gain()
    _parts("run")
    project.toolchains()


def check() -> None:
    """Lint, types, and the tests that need no engine."""
    system.check_node()
    system.install(system.SERVICES)
    _parts("test")
    testing.check()


def test() -> None:
    """All tests."""
    _machine(
        {
            **system.ENGINE,
            **system.SERVICES,
            **system.IMAGES,
            **system.DATABASE,
            **system.NETWORKS,
            **system.BROWSER,
            **system.EDITOR,
        }
    )
    access.gain()
    _parts("test")
    project.toolchains()
    gvisor.runtime()
    testing.frontend_tests()
    testing.everything()


def test_vm() -> None:
    """The tests on a virtual machine that is a host, with control groups of version 2."""
    _machine(
        {**system.ENGINE, **system.SERVICES, **system.IMAGES, **system.NETWORKS, **system.EMULATOR},
    )
    access.gain()
    project.virtual_environment("test")
    project.toolchains("--default")
    virtual.system()
    testing.virtual_machine()


def bench() -> None:
    """The figures of speed against their targets."""
    _machine({**system.ENGINE, **system.SERVICES, **system.IMAGES, **system.BROWSER})
    access.gain()
    _parts("test")
    project.toolchains("--default")
    testing.bench()


def screenshots() -> None:
    """The pictures of the docs, taken anew."""
    _machine({**system.ENGINE, **system.SERVICES, **system.IMAGES, **system.BROWSER})
    access.gain()
    _parts("test")
    project.toolchains()
    testing.screenshots()


def _machine(needs: system.Needs) -> None:
    system.check_node()
    if engine.state() != "down":
        needs = {name: packages for name, packages in needs.items() if name not in system.ENGINE}
    system.install(needs)
    engine.ensure()


def _parts(purpose: str) -> None:
    project.virtual_environment(purpose)
    project.node_modules()
    project.pages()


COMMANDS: dict[str, Callable[[], None]] = {
    "run": run,
    "build": build,
    "check": check,
    "test": test,
    "test-vm": test_vm,
    "bench": bench,
    "screenshots": screenshots,
    "lock": locks.lock,
    "clean": project.clean,
}


def main() -> int:
    """The command's exit code: 0 only if all of it worked."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        COMMANDS[sys.argv[1]]()
    except Stop as reason:
        print(f"\n✗ {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"done in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

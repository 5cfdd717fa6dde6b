"""`ide` goes through the door: of the sandbox it knows the client and what both share, and no more."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOOR = {"client", "config", "description", "exceptions", "limits", "messages", "spelling"}


def imported(path: Path) -> Iterator[str]:
    """The parts of the sandbox that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "sandbox":
            names = [f"sandbox.{alias.name}" for alias in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        parts = [name.split(".") for name in names]
        yield from (more[0] for package, *more in parts if package == "sandbox" and more)


def test_only_the_door_and_what_crosses_it_is_imported() -> None:
    files = [ROOT / "manage.py", *sorted((ROOT / "ide").rglob("*.py"))]
    found = {(str(path.relative_to(ROOT)), name) for path in files for name in imported(path)}
    assert {name for _, name in found} >= {"client", "messages"}
    assert [(path, name) for path, name in sorted(found) if name not in DOOR] == []

"""Which module a name is imported from. An index is made of what is told here; nothing else runs."""

import time
from pathlib import Path

import pytest

from sandbox.agent.language import exports
from sandbox.index.database import read, write

# As mtl has them: what transformers defines, and RWS with all of the others.
MODULES = {
    "transformers": {
        "Control.Monad.Trans.Class": ["lift"],
        "Control.Monad.Trans.State": ["StateT", "evalState"],
        "Control.Monad.Trans.Maybe": ["runMaybeT"],
    },
    "mtl": {
        "Control.Monad.RWS": ["lift", "get", "ask", "runRWS", "evalRWS", "execRWS"],
        "Control.Monad.Reader": ["lift", "ask"],
        "Control.Monad.State": ["lift", "get", "StateT", "evalState"],
        "Control.Monad.State.Class": ["get"],
        "Control.Monad.Trans": ["lift"],
    },
    "containers": {"Data.Map": ["getAssocs"], "Data.Map.Lazy": ["getAssocs"]},
}
DEFINERS = {
    "get": "mtl",
    "ask": "mtl",
    "runRWS": "mtl",
    "evalRWS": "mtl",
    "execRWS": "mtl",
    "getAssocs": "containers",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = list[str]()
    numbers = dict[str, int]()
    for package, modules in MODULES.items():
        for module, names in modules.items():
            lines.append(f"module\t{package}\t1.0\t{130 if package == 'transformers' else 64}\t{module}")
            for name in names:
                if name not in numbers:
                    numbers[name] = len(numbers) + 1
                    definer = DEFINERS.get(name, "transformers")
                    fields = (numbers[name], name, "function", "", "Int", definer, module, "")
                    lines.append("\t".join(["definition", *map(str, fields)]))
                lines.append(f"export\t{numbers[name]}")
    path = tmp_path_factory.mktemp("index") / "exports.db"
    write(path, read(lines), [])
    return path


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("evalState", "Control.Monad.State"),
        ("StateT", "Control.Monad.State"),
        ("get", "Control.Monad.State"),
        ("ask", "Control.Monad.Reader"),
        ("lift", "Control.Monad.Trans"),
        ("runRWS", "Control.Monad.RWS"),
        ("runMaybeT", "Control.Monad.Trans.Maybe"),
        ("getAssocs", "Data.Map"),
    ],
)
def test_completion_and_code_actions_name_the_module_that_people_import(
    index: Path, name: str, module: str
) -> None:
    (offered,) = (each for each in exports.beginning(name[:3], 20, index) if each.name == name)
    assert offered.module == module
    assert exports.exporting(name, index)[0].module == module


def test_a_module_head_that_is_not_ended_takes_time_with_its_length_and_no_more() -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        exports._of_file("A.hs", "A", "module A (" * count)
        return time.process_time() - began

    assert seconds(8000) < 0.1 + 8 * seconds(2000)

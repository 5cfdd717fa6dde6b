"""The index of what a toolchain's packages export, read inside its image."""

import json
from typing import NamedTuple

import docker
import pytest

from sandbox import toolchains

pytestmark = pytest.mark.engine

PROGRAM = """
import json, sqlite3, sys
index = sqlite3.connect("file:/opt/index/exports.db?mode=ro&immutable=1", uri=True)
QUERY = (
    "SELECT kind, parent, type, definition.module, coalesce(text, ''), (SELECT json_group_array(name) FROM"
    " (SELECT module.name FROM export JOIN module ON module.id = export.module"
    "  WHERE definition = definition.id ORDER BY rank LIMIT 3))"
    " FROM definition LEFT JOIN documentation ON documentation.definition = definition.id"
    " WHERE name = ? AND package = ?"
)
about = [index.execute(QUERY, each).fetchall() for each in json.loads(sys.argv[1])]
counts = index.execute("SELECT count(*) FROM definition UNION ALL SELECT count(DISTINCT package) FROM module")
print(json.dumps([about, [count for count, in counts]]))
"""
WANTED = [
    ("insertWith", "containers"),
    ("view", "lens"),
    ("Lens'", "lens"),
    ("ToJSON", "aeson"),
    ("parseJSON", "aeson"),
    ("runStateT", "transformers"),
    ("Value", "aeson"),
    ("Cons", "lens"),
    ("_1", "lens"),
    ("Rep", "adjunctions"),
]


class Found(NamedTuple):
    kind: str
    parent: str
    type: str
    module: str
    text: str
    modules: str


@pytest.fixture(scope="module", params=["ghc-9.6", "ghc-9.10"])
def read(
    engine: docker.DockerClient, request: pytest.FixtureRequest
) -> tuple[dict[str, list[Found]], list[int]]:
    image = toolchains.ensure(engine, request.param)
    command = ["python3", "-c", PROGRAM, json.dumps(WANTED)]
    said = engine.containers.run(image, command, network_mode="none", remove=True)
    rows, counts = json.loads(said)
    return {
        name: [Found(*row) for row in found] for (name, _), found in zip(WANTED, rows, strict=True)
    }, counts


def test_every_kind_of_definition_has_its_type_and_the_modules_to_import_it_from(
    read: tuple[dict[str, list[Found]], list[int]],
) -> None:
    found, _ = read
    lazy = next(one for one in found["insertWith"] if one.module == "Data.Map.Internal")
    assert lazy[:3] == ("function", "", "Ord k => (a -> a -> a) -> k -> a -> Map k a -> Map k a")
    assert json.loads(lazy.modules)[0] == "Data.Map"
    assert found["view"][0][:3] == ("function", "", "MonadReader s m => Getting a s a -> m a")
    assert json.loads(found["view"][0].modules)[0] == "Control.Lens"
    assert found["Lens'"][0][:3] == ("type", "", "type Lens' s a = Lens s s a a")
    assert found["ToJSON"][0][:3] == ("class", "", "class ToJSON a")
    assert found["parseJSON"][0][:3] == ("method", "FromJSON", "FromJSON a => Value -> Parser a")
    assert ("field", "StateT") in {one[:2] for one in found["runStateT"]}
    assert found["Value"][0][2] == "data Value"
    assert {one.kind for one in found["Cons"]} >= {"class"}
    assert found["_1"][0][:3] == ("method", "Field1", "Field1 s t a b => Lens s t a b")
    assert found["Rep"][0].kind == "family"


def test_documentation_is_there_for_packages_of_ghc_and_for_the_others(
    read: tuple[dict[str, list[Found]], list[int]],
) -> None:
    found, _ = read
    assert all("Insert with a function" in one.text for one in found["insertWith"] if " Map " in one.type)
    assert found["view"][0].text.startswith("View the value pointed to by a @Getter@, @Iso@ or\n@Lens@")
    assert "<" not in found["ToJSON"][0].text.partition("@\n")[0]


def test_no_package_is_left_out(read: tuple[dict[str, list[Found]], list[int]]) -> None:
    _, (definitions, packages) = read
    assert definitions > 60_000
    assert packages > 300

"""The OpenAPI document has an example of everything, and each field of a body is checked as it says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ninja import Schema

from ide.api.bodies import In
from ide.api.service import api as service
from ide.models import Run, Workspace
from tests.ide.rest import ROOT, Api, problem

DOCUMENT = json.loads(json.dumps(service.get_openapi_schema(), default=str))
CALLS = [(method, path, call) for path, calls in DOCUMENT["paths"].items() for method, call in calls.items()]
BODIES = [
    (method, path, body["schema"]["$ref"].rpartition("/")[2], body["example"])
    for method, path, call in CALLS
    if (body := call.get("requestBody", {}).get("content", {}).get("application/json"))
]


def models(kind: type[Schema] = Schema) -> dict[str, type[Schema]]:
    found = {each.__name__: each for each in kind.__subclasses__()}
    return found | {name: one for each in found.values() for name, one in models(each).items()}


def contents(call: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [call.get("requestBody", {}), *call["responses"].values()]
    return [content for part in parts for content in part.get("content", {}).values()]


def check(schema: dict[str, Any], example: Any) -> None:
    if schema.get("type") == "array":
        assert example
        for each in example:
            check(schema["items"], each)
    elif "$ref" in schema:
        model = models()[schema["$ref"].rpartition("/")[2]]
        model.model_validate_json(json.dumps(example))
        names = {field.alias or name for name, field in model.model_fields.items()}
        needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
        assert needed <= set(example) <= names


@pytest.mark.parametrize(("method", "path", "call"), CALLS, ids=[f"{m} {p}" for m, p, _ in CALLS])
def test_every_body_and_answer_has_an_example_that_fits_its_model(
    method: str, path: str, call: dict[str, Any]
) -> None:
    for content in contents(call):
        check(content["schema"], content["example"])
    assert call["responses"]["default"]["content"]["application/problem+json"]["example"]["status"] == 400


# --- what the document says of a field holds -----------------------------------------------------------


def mutated(name: str, example: dict[str, Any], at: str = "") -> Iterator[tuple[str, Any, str]]:
    """The field at fault, the body, what is wrong with it."""
    schema = DOCUMENT["components"]["schemas"][name]
    yield f"{at}surprise", {**example, "surprise": 1}, "unknown"
    for field, about in schema["properties"].items():
        kinds = about.get("anyOf", [about])
        if field in schema.get("required", []):
            yield f"{at}{field}", {key: value for key, value in example.items() if key != field}, "missing"
        for why, value in wrong(kinds):
            yield f"{at}{field}", {**example, field: value}, why
        for kind in kinds:
            if "$ref" in kind:
                inner = mutated(kind["$ref"].rpartition("/")[2], example.get(field, {}), f"{at}{field}.")
                yield from ((path, {**example, field: value}, why) for path, value, why in inner)


def wrong(kinds: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    yield "wrong type", "text" if any(kind.get("type") in ("array", "object") for kind in kinds) else [[]]
    for kind in kinds:
        if "maxLength" in kind:
            yield "too long", "a" * (kind["maxLength"] + 1)
        if kind.get("minLength"):
            yield "empty", ""
        if "maxItems" in kind:
            yield "too many", ["a"] * (kind["maxItems"] + 1)
        if "minimum" in kind:
            yield "too small", kind["minimum"] - 1
        if "maximum" in kind:
            yield "too large", kind["maximum"] + 1
        if "enum" in kind:
            yield "not one of them", "nonsense"


@pytest.mark.parametrize(
    ("method", "path", "name", "example"), BODIES, ids=[name for _, _, name, _ in BODIES]
)
def test_a_field_that_is_wrong_is_named_and_nothing_happens(
    api: Api, workspace: Workspace, method: str, path: str, name: str, example: dict[str, Any]
) -> None:
    address = path.removeprefix(ROOT).replace("{workspace_id}", workspace.session_id)
    found = list(mutated(name, example))
    assert len(found) > 5
    for field, body, why in found:
        refused = problem(api.call(method.upper(), address, body), 400)
        assert refused["field"] == field, (why, refused)
    assert list(Workspace.objects.all()) == [workspace]
    assert not Run.objects.exists()


def test_bodies_are_of_models_that_refuse_what_they_do_not_know() -> None:
    assert all(issubclass(models()[name], In) for _, _, name, _ in BODIES)

"""What people and programs say comes out of the database as it went in, on PostgreSQL as well."""

from typing import Any

import pytest

from ide.database import in_database
from ide.models import Run, Workspace, fields

MARK = "\ufdd0"
TEXTS = [
    "",
    "a",
    "\0",
    "a\0\0b",
    MARK,
    f"{MARK}0",
    f"{MARK}1",
    f"\0{MARK}\0",
    f"{MARK}{MARK}01",
    "\\u0000",
    "λ🙂",
]


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return Run.objects.create(user=workspace.user, workspace=workspace, session_id="s", mode="interpret")


async def again(run: Run) -> Run:
    return await in_database(Run.objects.get, pk=run.pk)


@pytest.mark.parametrize("text", TEXTS)
async def test_a_text_comes_out_as_it_went_in(run: Run, text: str) -> None:
    said = {"name": text, text: [text, {"deep": [text, 1, None, True]}]}
    await in_database(Run.objects.filter(pk=run.pk).update, stdout=text, start=said, diagnostics=[text])
    row = await again(run)
    assert (row.stdout, row.start, row.diagnostics) == (text, said, [text])
    await in_database(row.save)
    assert (await again(run)).start == said
    assert await in_database(Run.objects.filter(stdout=text, start=said).exists)


async def test_plain_columns_of_a_query_come_out_as_they_went_in(run: Run) -> None:
    await in_database(Run.objects.filter(pk=run.pk).update, reason="\0", start={"stdin": "\0"})
    columns = ("reason", "start", "start__stdin")
    assert await in_database(lambda: Run.objects.values_list(*columns).get()) == ("\0", {"stdin": "\0"}, "\0")


@pytest.mark.parametrize("value", [None, 7, {}, [], {"a": {"b": [1.5]}}])
async def test_what_is_no_text_stays_as_it_is(run: Run, value: Any) -> None:
    await in_database(Run.objects.filter(pk=run.pk).update, diagnostics=[value])
    assert (await again(run)).diagnostics == [value]


def test_the_columns_are_djangos_own() -> None:
    for kind in (fields.TextField, fields.JSONField):
        path = kind(blank=True).deconstruct()[1:]
        assert path == (f"django.db.models.{kind.__name__}", [], {"blank": True})

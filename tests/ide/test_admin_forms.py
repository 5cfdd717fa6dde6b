"""Every field of the administration's forms, wrong in every way: named, and nothing is kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from ide.models import Host, Plan, PlanOverride, Toolchain, User
from tests.ide.fake_client import FakeClient

HUGE = "9" * 400
LONG = "x" * 100_000
NUMBERS = ["-1", "nan", "inf", "1e308", HUGE, "0x10", "many", "1;2", "\N{ARABIC-INDIC DIGIT THREE}x"]
WRONG: dict[type[forms.Field], list[str]] = {
    forms.IntegerField: [*NUMBERS, "1.5.5", str(2**63)],
    forms.FloatField: NUMBERS,
    forms.CharField: [LONG, "a\0b"],
    forms.ChoiceField: ["nonsense", LONG, "a\0b"],
    forms.ModelChoiceField: ["0", "-1"],
    forms.SplitDateTimeField: ["tomorrow", "2026-13-45", LONG, "99999-01-01"],
}


@pytest.fixture
def admin(alice: User, toolchain_row: Toolchain, client_of_sandbox: FakeClient) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.create_superuser("root", password="root-password"))
    return browser


@pytest.fixture
def rows(alice: User, toolchain_row: Toolchain) -> dict[str, Model]:
    group = Group.objects.create(name="course")
    return {
        "ide_plan": Plan.objects.get(audience="everybody"),
        "ide_planoverride": PlanOverride.objects.create(group=group),
        "ide_user": alice,
        "ide_toolchain": toolchain_row,
        "ide_host": Host.objects.create(name="vm1", address="unix:///run/docker.sock", enabled=False),
        "auth_group": group,
    }


def fields_of(browser: Client, url: str) -> tuple[dict[str, forms.Field], dict[str, str]]:
    """The form's fields, and what it holds as a browser would send it, its inner forms left as they are."""
    context = browser.get(url).context
    shown = [
        context["adminform"].form,
        *(each.formset.management_form for each in context["inline_admin_formsets"]),
    ]
    held: dict[str, str] = {}
    for form in shown:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value not in ([], ""):
                held[bound.html_name] = "on" if value is True else str(value)
    return dict(shown[0].fields), held


def wrong_for(field: forms.Field) -> Iterator[str]:
    if field.required:
        yield ""
    kinds = [kind for kind in type(field).__mro__ if kind in WRONG]
    yield from WRONG[kinds[0]] if kinds else ()


def state(row: Model) -> dict[str, Any]:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


@pytest.mark.parametrize(
    "model", ["ide_plan", "ide_planoverride", "ide_user", "ide_toolchain", "ide_host", "auth_group"]
)
def test_fields_that_are_wrong_are_named_and_nothing_is_kept(
    admin: Client, rows: dict[str, Model], model: str
) -> None:
    row = rows[model]
    url = reverse(f"admin:{model}_change", args=[row.pk])
    fields, held = fields_of(admin, url)
    wrong = {name: found for name, field in fields.items() if (found := list(wrong_for(field)))}
    before = state(row)
    for turn in range(max(map(len, wrong.values()))):
        tried = {name: values[turn % len(values)] for name, values in wrong.items()}
        answer = admin.post(url, held | tried | {f"{name}_0": value for name, value in tried.items()})
        assert answer.status_code == 200
        assert tried.keys() <= answer.context["adminform"].form.errors.keys(), turn
    assert state(row) == before

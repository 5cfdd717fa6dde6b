"""Whatever is asked of the administration's lists, and of the fields that look rows up, is answered."""

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from ide.models import Toolchain, User
from tests.ide.fake_client import FakeClient

LISTS = [*(f"{model._meta.app_label}_{model._meta.model_name}" for model in site._registry)]
LONG = ["x" * 60_000, "x " * 2_000, "9" * 5_000, "a\0b"]
OF_AN_OVERRIDE = {"app_label": "ide", "model_name": "planoverride", "field_name": "user"}


@pytest.fixture
def admin(alice: User, toolchain_row: Toolchain, client_of_sandbox: FakeClient) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.create_superuser("root", password="root-password"))
    return browser


def test_a_user_is_looked_up_for_an_override(admin: Client) -> None:
    found = admin.get(reverse("admin:autocomplete"), OF_AN_OVERRIDE | {"term": "ali"}).json()["results"]
    assert [each["text"] for each in found] == ["alice"]


def test_nobody_else_looks_rows_up(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(reverse("admin:autocomplete"), OF_AN_OVERRIDE).status_code == 302


def test_any_field_of_any_model_is_looked_up_or_refused(admin: Client) -> None:
    fields = [(model._meta, field.name) for model in apps.get_models() for field in model._meta.get_fields()]
    asked = [(str(meta.app_label), str(meta.model_name), name) for meta, name in fields]
    forged = [("", "", ""), ("ide", "", ""), ("ide", "user", "a\0b"), ("ide", "x" * 50_000, "pk")]
    for app, model, field in asked + forged:
        query = {"app_label": app, "model_name": model, "field_name": field}
        assert admin.get(reverse("admin:autocomplete"), query).status_code in (200, 403), query
    assert admin.get(reverse("admin:autocomplete")).status_code == 403


@pytest.mark.parametrize("term", LONG)
def test_a_term_that_is_none_is_refused_by_name(admin: Client, term: str) -> None:
    answer = admin.get(reverse("admin:autocomplete"), OF_AN_OVERRIDE | {"term": term})
    assert answer.status_code == 400
    assert answer.json()["field"] == "term"
    assert answer.json()["detail"]


@pytest.mark.parametrize("page", ["-1", "0", "two", "9" * 20, "9" * 5_000, "a\0b"])
def test_a_page_that_is_none_is_not_found(admin: Client, page: str) -> None:
    assert admin.get(reverse("admin:autocomplete"), OF_AN_OVERRIDE | {"page": page}).status_code == 404


@pytest.mark.parametrize("rows", LISTS)
def test_a_list_says_of_a_search_that_it_is_too_long(admin: Client, rows: str) -> None:
    url = reverse(f"admin:{rows}_changelist")
    for term in LONG[:3]:
        assert "at most 200 characters" in admin.get(url, {"q": term}).text
    assert admin.get(url, {"q": "x " * 100}).status_code == 200


@pytest.mark.parametrize("rows", LISTS)
def test_a_list_that_is_asked_for_what_cannot_be_opens_whole(admin: Client, rows: str) -> None:
    url = reverse(f"admin:{rows}_changelist")
    for key in ("id__in", "user", "created_at__year", "day__year", "nonsense", "p", "o"):
        for value in ("9" * 20, "9999", "0", "-1", "a\0b"):
            answer = admin.get(url, {key: value}, follow=True)
            assert answer.status_code in (200, 400), (key, value)  # 400: no list is filtered by that
    assert admin.get(url, {"id__in": "9" * 400}, follow=True).status_code == 200

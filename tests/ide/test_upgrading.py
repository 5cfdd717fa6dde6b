"""While an upgrade replaces one process after another, the old ones go on beside the new ones."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ide.models import User


def of_before(migration: str, model: str) -> Any:
    """A model as processes have it that were started before a migration, on the database of after it."""
    before = MigrationExecutor(connection).loader.graph.nodes[("ide", migration)].dependencies
    state = MigrationExecutor(connection).loader.project_state(before)
    return state.apps.get_model("ide", model)


@pytest.mark.django_db
def test_who_came_before_the_upgrade_and_after_it_is_known_to_both() -> None:
    old = of_before("0015_no_address_digest", "User")
    old.objects.create(username="early", address_digest="a" * 64)
    User.objects.create_user("late", password="late-password")
    assert {*User.objects.values_list("username", flat=True)} >= {"early", "late"}
    assert {*old.objects.values_list("username", "address_digest")} >= {("early", "a" * 64), ("late", "")}
    User.objects.get(username="early").delete()
    old.objects.get(username="late").delete()

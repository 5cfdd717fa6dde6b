"""SQLite as the settings set it up: readers never wait, and of writers none fails."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from ide.models import Usage, User
from tests.ide.test_admission import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL needs no such settings."),
]


@pytest.fixture
def another() -> Iterator[sqlite3.Connection]:
    """A connection that does not wait."""
    made = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    yield made
    made.close()


def test_the_log_is_written_ahead(alice: User) -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


def test_a_transaction_has_the_right_to_write_from_its_beginning(
    alice: User, another: sqlite3.Connection
) -> None:
    with transaction.atomic():
        assert User.objects.count()
        assert another.execute("SELECT count(*) FROM ide_user").fetchone(), "readers go on"
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            another.execute("BEGIN IMMEDIATE")
    another.execute("BEGIN IMMEDIATE")
    another.execute("ROLLBACK")


def test_of_thirty_who_read_and_then_write_none_fails(alice: User) -> None:
    usage = Usage.objects.create(user=alice, day="2026-01-01")

    @transaction.atomic
    def one_more(number: int) -> None:
        mine = Usage.objects.get(pk=usage.pk)
        mine.runs += 1
        mine.save()

    assert at_once(30, one_more) == [None] * 30
    assert Usage.objects.get(pk=usage.pk).runs == 30

"""The whole real stack, one for all tests of a process; its database is TEST_DATABASE_URL, else SQLite."""

import os
from collections.abc import Iterator

import pytest

from tests.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    database = os.environ.get("TEST_DATABASE_URL")
    settings = {"DATABASE_URL": database} if database else {}
    with Stack(tmp_path_factory.mktemp("stack"), **settings) as running:
        running.wait_for_warm()
        yield running


@pytest.fixture(scope="session")
def token(stack: Stack) -> str:
    """Of alice, whose plan is wide enough for each test."""
    return stack.user("alice", runs_per_minute=1000, sessions=20, runs=20)


@pytest.fixture(autouse=True)
def nothing_left(stack: Stack) -> Iterator[None]:
    """The workspaces of one test take no sessions from the next one."""
    yield
    stack.delete_workspaces()

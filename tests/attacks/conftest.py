"""One stack for the hostile programs of a module."""

from collections.abc import Iterator

import pytest

from tests.attacks.case import Ground
from tests.stack import Stack


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with Stack(tmp_path_factory.mktemp("attacks")) as stack:
        yield Ground.of(stack)

"""One container a module, shared by the tests that leave it usable."""

from collections.abc import Iterator

import docker
import pytest

from tests.agent.harness import Agent
from tests.agent.stage import Stage


@pytest.fixture(scope="module")
def stage(engine: docker.DockerClient, toolchain: str) -> Iterator[Stage]:
    made = Stage(engine, toolchain)
    yield made
    made.close()


@pytest.fixture
def agent(stage: Stage) -> Iterator[Agent]:
    """A ready agent; what a test leaves running is ended after it."""
    yield stage.shared()
    stage.give_back()

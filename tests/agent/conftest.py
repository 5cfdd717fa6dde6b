"""One container a module, shared by the tests that leave it usable."""

from collections.abc import Generator, Iterator

import docker
import pytest

from tests.agent.harness import Agent
from tests.agent.stage import Stage

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test itself that it failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="module")
def stage(engine: docker.DockerClient, toolchain: str) -> Iterator[Stage]:
    made = Stage(engine, toolchain)
    yield made
    made.close()


@pytest.fixture
def agent(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Agent]:
    """A ready agent; what a test leaves running is ended after it, and a failed test's container with it."""
    yield stage.shared()
    stage.give_back(usable=not request.node.stash.get(FAILED, False))

"""What tests of the service share: a database file of their own, a door without a sandbox, people."""

from collections.abc import Iterator

import pytest
from asgiref.sync import SyncToAsync
from django.db import connections
from django.db.models.signals import post_migrate
from pytest_django import Settings

from ide import door
from ide.models import Plan, Toolchain, User, Workspace
from ide.models.workspaces import File
from sandbox.config import Config
from tests.ide.fake_client import FakeClient
from tests.ide.rest import Api


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """A file, as threads cannot share SQLite's memory without getting into each other's way.

    It need not outlive the machine, so nothing waits for the disk.
    """
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """PostgreSQL gives a database up only when nobody is connected, also not the thread of async queries."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A password's hash takes half a second on purpose, which tests need not wait for."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def no_permissions() -> None:
    """Django makes them anew after each test that uses transactions; no role here is made of them."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(autouse=True)
def static_files_when_asked_for(settings: Settings) -> None:
    """Each client of a test would read all their names beforehand."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def client_of_sandbox() -> Iterator[FakeClient]:
    """In the place of every door."""
    fake = FakeClient()
    door.use(fake)  # type: ignore[arg-type]  # it has the same methods
    yield fake
    door.use(None)


@pytest.fixture
def toolchain_row(transactional_db: None) -> Toolchain:
    return Toolchain.objects.create(
        name="ghc-9.6", digest="sha256:" + "a" * 64, image="test", ghc="9.6.6", is_default=True
    )


@pytest.fixture
def alice(transactional_db: None) -> User:
    Plan.objects.get_or_create(audience=Plan.Audience.EVERYBODY, defaults={"name": "Everybody"})
    return User.objects.create_user("alice", password="alice-password")


@pytest.fixture
def bob(alice: User) -> User:
    """Shares with Alice."""
    return User.objects.create_user("bob", password="bob-password")


@pytest.fixture
def charlie(alice: User) -> User:
    """A stranger."""
    return User.objects.create_user("charlie", password="charlie-password")


@pytest.fixture
def api(client_of_sandbox: FakeClient, alice: User, toolchain_row: Toolchain) -> Api:
    """Alice's program, calling the REST API."""
    return Api(alice)


@pytest.fixture
def workspace(alice: User, toolchain_row: Toolchain) -> Workspace:
    """Alice's, with one file."""
    made = Workspace.objects.create(user=alice, name="first", toolchain=toolchain_row)
    file = File(workspace=made, path="Main.hs")
    file.put("main = print 1\n")
    file.save()
    return made


@pytest.fixture
def redis_for_sockets(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where open sockets are counted."""
    monkeypatch.setattr("ide.socket.sockets.config", lambda: Config(redis_url=redis_url))

import json
import re
import time
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from ide import door, pool
from ide.models import Host, Session, Toolchain, User, Workspace
from ide.toolchains import promote, register
from sandbox.client import Client as Door
from sandbox.config import Config
from sandbox.messages import (
    Check,
    HostFigures,
    HostSample,
    Preflight,
    SessionFigures,
    WaitingFigures,
)
from tests.ide.fake_client import FakeClient
from tests.ide.rest import ROOT

BUILT: list[dict[str, Any]] = [
    {"name": "ghc-9.6", "digest": "sha256:1", "ghc": "9.6.6", "packages": {"base": "4.18"}, "default": True},
    {"name": "ghc-9.10", "digest": "sha256:2", "ghc": "9.10.3", "packages": {}, "default": False},
]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    file = tmp_path / "toolchains.json"
    file.write_text(json.dumps(BUILT))
    return file


def test_a_token_of_the_command_works(alice: User) -> None:
    secret = run("token", "alice").strip()
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get(f"{ROOT}/quota", headers=headers).status_code == 200
    with pytest.raises(CommandError, match="no user 'nobody'"):
        run("token", "nobody")


def test_built_toolchains_are_registered_and_published(
    transactional_db: None, client_of_sandbox: FakeClient, built: Path
) -> None:
    assert "ghc-9.6  GHC 9.6.6  1 packages  default" in run("toolchains", "register", str(built))
    published = client_of_sandbox.published
    assert published is not None
    assert [(each.name, each.digest, each.image) for each in published.toolchains] == [
        ("ghc-9.10", "sha256:2", "sha256:2"),
        ("ghc-9.6", "sha256:1", "sha256:1"),
    ]
    run("toolchains", "register", str(built))
    assert Toolchain.objects.count() == 2


def test_an_image_of_a_registry_is_registered_by_its_digest_only(
    transactional_db: None, client_of_sandbox: FakeClient, tmp_path: Path
) -> None:
    file = tmp_path / "pushed.json"
    file.write_text(json.dumps({**BUILT[0], "image": "registry.example/ghc-9.6:latest"}))
    with pytest.raises(CommandError, match="must be named by its digest"):
        run("toolchains", "register", str(file))
    assert not Toolchain.objects.exists()
    file.write_text(json.dumps({**BUILT[0], "image": "registry.example/ghc-9.6@sha256:f"}))
    run("toolchains", "register", str(file))
    assert client_of_sandbox.published
    assert client_of_sandbox.published.toolchains[0].reference == "registry.example/ghc-9.6@sha256:f"


def test_a_newer_image_takes_the_place_and_the_workspaces_of_the_older(
    alice: User, client_of_sandbox: FakeClient, built: Path
) -> None:
    run("toolchains", "register", str(built))
    older = Toolchain.objects.get(name="ghc-9.6")
    workspace = Workspace.objects.create(user=alice, name="x", toolchain=older)
    register({**BUILT[0], "digest": "sha256:3"})
    workspace.refresh_from_db()
    older.refresh_from_db()
    assert workspace.toolchain.digest == "sha256:3"
    assert (older.enabled, older.is_default) == (False, False)
    assert pool.toolchain(None).digest == "sha256:3"
    register(BUILT[0])
    assert pool.toolchain(None).digest == "sha256:1"


def test_a_newer_version_is_given_to_people_when_every_host_has_it_and_taken_back_by_one_action(
    alice: User, client_of_sandbox: FakeClient, built: Path
) -> None:
    run("toolchains", "register", str(built))
    for name in ("one", "two"):
        Host.objects.create(name=name, address="unix:///run/docker.sock")

    def seen(second: list[str]) -> list[HostFigures]:
        now = time.time()
        return [
            HostFigures(name="one", alive=True, at=now, heard_at=now, images=["sha256:1", "sha256:3"]),
            HostFigures(name="two", alive=True, at=now, heard_at=now, images=second),
            HostFigures(name="gone", alive=False, at=now),
        ]

    register({**BUILT[0], "digest": "sha256:3"}, seen(["sha256:1"]))
    assert pool.toolchain("ghc-9.6").digest == "sha256:1"
    stages = {one.digest: one.stage for one in pool.pool().toolchains}
    assert stages == {"sha256:1": "current", "sha256:2": "current", "sha256:3": "arriving"}
    promote(seen(["sha256:1"]))
    promote([])
    assert pool.toolchain("ghc-9.6").digest == "sha256:1"
    promote(seen(["sha256:3"]))
    assert pool.toolchain(None).digest == "sha256:3"
    assert {one.digest: one.stage for one in pool.pool().toolchains}["sha256:1"] == "retired"
    run("toolchains", "back", "ghc-9.6")
    assert pool.toolchain(None).digest == "sha256:1"
    assert client_of_sandbox.published is not None
    assert client_of_sandbox.published.unused == []
    register({**BUILT[0], "digest": "sha256:4"})
    assert pool.pool().unused == ["sha256:3"]
    with pytest.raises(CommandError, match=r"no version before of the toolchain ghc-9\.10"):
        run("toolchains", "back", "ghc-9.10")


def test_a_description_that_is_missing_is_said(transactional_db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        run("toolchains", "register", str(tmp_path / "none.json"))


@pytest.fixture(autouse=True)
def own_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)


def test_this_machine_becomes_a_host_once(transactional_db: None, client_of_sandbox: FakeClient) -> None:
    run("hosts", "--local")
    assert "local  not seen yet" in run("hosts", "--local")
    assert Host.objects.count() == 1
    assert client_of_sandbox.published is not None
    assert [host.name for host in client_of_sandbox.published.hosts] == ["local"]


def test_the_engine_that_the_environment_names_becomes_the_host(
    transactional_db: None, client_of_sandbox: FakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    for address in (f"unix://{tmp_path}/docker.sock", f"unix://{tmp_path}/link/docker.sock"):
        monkeypatch.setenv("DOCKER_HOST", address)
        run("hosts", "--local")
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.5:2376")
    with pytest.raises(CommandError, match="needs credentials"):
        run("hosts", "--local")
    monkeypatch.setenv("DOCKER_CERT_PATH", "/run/hosts/vm1")
    run("hosts", "--local")
    rows = list(Host.objects.values_list("name", "address", "credentials"))
    assert rows == [
        ("local", f"unix://{tmp_path}/docker.sock", ""),
        ("local-2", "tcp://10.0.0.5:2376", "vm1"),
    ]
    said = run("hosts", "--local")
    assert f"local (unix://{tmp_path}/docker.sock) is a host still." in said
    assert "hosts drain local, then remove local" in said
    run("hosts", "remove", "local")
    assert "is a host still" not in run("hosts", "--local")
    monkeypatch.setenv("DOCKER_HOST", "ssh://somebody@10.0.0.5")
    with pytest.raises(CommandError, match="DOCKER_HOST is ssh://"):
        run("hosts", "--local")


def test_a_host_that_takes_no_sessions_says_why(
    transactional_db: None, client_of_sandbox: FakeClient
) -> None:
    run("hosts", "--local")
    client_of_sandbox.figures = [HostFigures(name="local", alive=True, at=0.0, refused="Limits do not bite.")]
    assert "local: Limits do not bite." in run("hosts")


def test_a_terminal_is_given_nothing_that_it_would_obey(
    transactional_db: None, client_of_sandbox: FakeClient, alice: User
) -> None:
    run("hosts", "--local")
    client_of_sandbox.figures = [HostFigures(name="local", alive=True, at=0.0, refused="\x1b]0;mine\x07 no")]
    client_of_sandbox.report = Preflight(0.0, [Check("Kernel", "6.1\x1b[2J")], "engine")
    for said in (run("hosts"), run("hosts", "check", "local")):
        assert "\x1b" not in said
    assert "\N{REPLACEMENT CHARACTER}]0;mine" in run("hosts")


@pytest.mark.parametrize("cpus", ["nan", "inf", "-inf", "1e999"])
def test_no_host_has_a_number_of_cpus_that_is_none(
    transactional_db: None, client_of_sandbox: FakeClient, cpus: str
) -> None:
    with pytest.raises(CommandError, match="is no number of CPUs"):
        run("hosts", "add", "vm1", "unix:///run/docker.sock", f"--cpus={cpus}", "--unchecked")
    assert not Host.objects.exists()


def test_a_host_with_sessions_does_not_become_another_machine(
    transactional_db: None, client_of_sandbox: FakeClient, workspace: Workspace
) -> None:
    add = ("hosts", "add", "vm1", "tcp://10.0.0.5:2376", "--credentials", "vm1")
    run(*add)
    Session.objects.create(workspace=workspace, user=workspace.user, state="ready", host=Host.objects.get())
    run(*add, "--cpus", "2")
    client_of_sandbox.report = Preflight(0.0, [], "another engine")
    with pytest.raises(CommandError, match="vm1 has 1 sessions, and this is another machine: drain it first"):
        run(*add)
    assert (Host.objects.get().engine, Host.objects.get().cpus) == ("engine", 2.0)
    Session.objects.update(state="hibernated")
    run(*add)
    assert Host.objects.get().engine == "another engine"


def test_who_waits_and_what_went_wrong_before_are_shown(
    transactional_db: None, client_of_sandbox: FakeClient, alice: User
) -> None:
    run("hosts", "--local")
    local = HostFigures(name="local", alive=True, at=0.0, last_error="It hung.", warnings=["Clock: wrong."])
    client_of_sandbox.figures = [msgspec.structs.replace(local, last_error_at=time.time() - 60)]
    client_of_sandbox.queued = [
        WaitingFigures("w1", alice.owner_id, time.time() - 5, position=1),
        WaitingFigures("w2", alice.owner_id, time.time() - 5, reason="Your share is used."),
    ]
    said = run("hosts")
    assert "local: Clock: wrong." in said
    assert re.search(r"local: 1 min( \d s)? ago: It hung\.", said)
    assert re.search(r"w1 +alice +1 +\d+ s +here it has most room", said)
    assert re.search(r"w2 +alice +\d+ s +Your share is used\.", said)


def test_scripts_get_the_pool_as_json(
    transactional_db: None, client_of_sandbox: FakeClient, alice: User
) -> None:
    run("hosts", "--local")
    client_of_sandbox.figures = [
        HostFigures(
            name="local", alive=True, at=1.0, cpus=2, cpu_used=0.5, memory_bytes=2**30, warm={"sha256:x": 2}
        )
    ]
    client_of_sandbox.live = [
        SessionFigures("s1", alice.owner_id, "local", "c", 0.25, 2**20, 1.0, 1.0, [], 100)
    ]
    client_of_sandbox.samples = {"local": [HostSample(1.0, 0.1, 0.2, 0, 0, 0, 0.5, 3, 1, True)]}
    found = json.loads(run("hosts", "--json"))
    assert found["hosts"][0]["history"] == [[1.0, 0.1, 0.2, 0, 0, 0, 0.5, 3, 1]]
    assert dict(zip(found["historyColumns"], found["hosts"][0]["history"][0], strict=True))["disk"] == 0.5
    assert (found["hosts"][0]["cpuUsed"], found["hosts"][0]["state"]) == (0.5, "alive")
    assert (found["sessions"][0]["user"], found["sessions"][0]["why"][0]["host"]) == ("alice", "here")
    assert "alice" in run("hosts")


def test_hosts_are_added_changed_and_removed(transactional_db: None, client_of_sandbox: FakeClient) -> None:
    run("hosts", "add", "vm1", "tcp://10.0.0.5:2376", "--credentials", "vm1", "--cpus", "2")
    run("hosts", "add", "vm1", "tcp://10.0.0.6:2376", "--credentials", "vm1")
    assert [entry.cpus for entry in client_of_sandbox.examined] == [2.0, 0.0]
    assert Host.objects.get().address == "tcp://10.0.0.6:2376"
    with pytest.raises(CommandError, match="slug"):
        run("hosts", "add", "not a name", "tcp://10.0.0.5:2376")
    run("hosts", "drain", "vm1")
    assert client_of_sandbox.published is not None
    assert client_of_sandbox.published.hosts[0].draining
    run("hosts", "uncordon", "vm1")
    assert not client_of_sandbox.published.hosts[0].cordoned
    run("hosts", "remove", "vm1")
    with pytest.raises(CommandError, match="no host 'vm1'"):
        run("hosts", "remove", "vm1")


def test_a_machine_that_is_not_fit_is_not_added(
    transactional_db: None, client_of_sandbox: FakeClient
) -> None:
    add = ("hosts", "add", "vm1")
    with pytest.raises(CommandError, match="An address is"):
        run(*add, "10.0.0.5")
    with pytest.raises(CommandError, match="needs credentials"):
        run(*add, "tcp://10.0.0.5:2376")
    with pytest.raises(CommandError, match="An address is"):
        run(*add, "10.0.0.5", "--unchecked")
    assert client_of_sandbox.examined == []
    old = Check("Engine version", "19.03", "bad", "Take 20.10 or newer.")
    client_of_sandbox.report = Preflight(0.0, [old])
    with pytest.raises(CommandError, match=r"Engine version: 19\.03\. Take 20\.10 or newer\."):
        run(*add, "tcp://10.0.0.5:2376", "--credentials", "vm1")
    client_of_sandbox.report = None
    with pytest.raises(CommandError, match="No keeper answers"):
        run(*add, "tcp://10.0.0.5:2376", "--credentials", "vm1")
    assert not Host.objects.exists()
    run(*add, "tcp://10.0.0.5:2376", "--credentials", "vm1", "--unchecked")
    assert Host.objects.get().engine == ""


def test_a_host_is_looked_at_again(transactional_db: None, client_of_sandbox: FakeClient) -> None:
    run("hosts", "--local")
    assert "✓ Engine version: 24.0." in run("hosts", "check", "local")
    assert Host.objects.get().engine == "engine"
    with pytest.raises(CommandError, match="is the host local already"):
        run("hosts", "add", "again", "tcp://10.0.0.5:2376", "--credentials", "vm1")


def test_commands_work_while_redis_is_down(transactional_db: None, built: Path) -> None:
    door.use(Door(Config(redis_url="redis://127.0.0.1:1/0")))
    try:
        run("hosts", "--local")
        run("toolchains", "register", str(built))
    finally:
        door.use(None)
    assert (Host.objects.count(), Toolchain.objects.count()) == (1, 2)

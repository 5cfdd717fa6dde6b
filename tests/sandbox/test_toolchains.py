"""Which toolchains there are, and when an image is made again."""

import io
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import docker
import pytest
from docker.errors import ImageNotFound

from sandbox import toolchains
from sandbox.config import Config
from sandbox.engine import imagebuild
from sandbox.exceptions import HostError, SandboxError


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of images with one toolchain in it."""
    monkeypatch.setattr(toolchains, "IMAGES", tmp_path)
    (tmp_path / "packages.txt").write_text("text\n")
    (tmp_path / "agent.Dockerfile").write_text("FROM scratch\n")
    _add(tmp_path, "ghc-1", "ARG BASE=debian:trixie-slim\nFROM $BASE\nLABEL haskell-ide.default=true\n")
    return tmp_path


def _add(images: Path, name: str, dockerfile: str) -> None:
    (images / name).mkdir()
    (images / name / "Dockerfile").write_text(dockerfile)


def _inputs(name: str) -> bytes:
    return imagebuild.context(toolchains._package_files(name))


def test_a_third_toolchain_is_a_folder(images: Path) -> None:
    _add(images, "ghc-2", "ARG BASE=debian:forky-slim\nFROM $BASE\n")
    assert toolchains.names() == ["ghc-1", "ghc-2"]
    assert toolchains.default() == "ghc-1"


def test_the_project_has_both_toolchains_and_the_older_is_the_default() -> None:
    assert toolchains.names() == ["ghc-9.10", "ghc-9.6"]
    assert toolchains.default() == "ghc-9.6"


@pytest.mark.parametrize("changed", ["packages.txt", "ghc-1/Dockerfile"])
def test_the_tag_changes_with_each_input(images: Path, changed: str) -> None:
    before = toolchains._tag("ghc-1", _inputs("ghc-1"))
    assert toolchains._tag("ghc-1", _inputs("ghc-1")) == before
    (images / changed).write_text("another\n")
    assert toolchains._tag("ghc-1", _inputs("ghc-1")) != before


def test_the_agent_is_no_input_of_the_packages_layer(images: Path) -> None:
    before = _inputs("ghc-1")
    (images / "agent.Dockerfile").write_text("FROM another\n")
    assert _inputs("ghc-1") == before


def test_a_folder_may_have_a_package_list_of_its_own(images: Path) -> None:
    (images / "ghc-1" / "packages.txt").write_text("aeson\n")
    files = toolchains._package_files("ghc-1")
    assert files["packages.txt"].read_text() == "aeson\n"


def test_a_dockerfile_without_a_debian_release_is_refused(images: Path) -> None:
    (images / "ghc-1" / "Dockerfile").write_text("FROM alpine\n")
    with pytest.raises(SandboxError, match="must say ARG BASE=debian:"):
        toolchains._suite(images / "ghc-1" / "Dockerfile")


def test_the_agents_layer_holds_the_agent_and_what_it_shares_and_no_more() -> None:
    files = toolchains._agent_files()
    top = {"/".join(name.split("/")[:2]) for name in files if name.startswith("sandbox/")}
    assert top == {
        "sandbox/__init__.py",
        "sandbox/limits.py",
        "sandbox/spelling.py",
        "sandbox/messages",
        "sandbox/description",
        "sandbox/agent",
        "sandbox/index",
    }
    assert "sandbox/messages/__init__.py" in files
    assert "sandbox/agent/install" in files
    assert not [name for name in files if "__pycache__" in name]


def test_a_context_keeps_which_files_can_be_executed(tmp_path: Path) -> None:
    for name, mode in (("program", 0o700), ("text", 0o600)):
        (tmp_path / name).write_text(name)
        (tmp_path / name).chmod(mode)
    packed = imagebuild.context({name: tmp_path / name for name in ("program", "text")})
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert {entry.name: entry.mode for entry in archive} == {"program": 0o755, "text": 0o644}


def test_nothing_is_described_before_the_first_build(tmp_path: Path) -> None:
    assert toolchains.described(tmp_path / "none.json") == []


def test_what_is_built_is_pushed_once_where_there_is_a_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    push = Mock(return_value="registry.example/haskell-ide/ghc-1@sha256:f")
    monkeypatch.setattr(imagebuild, "push", push)
    made = toolchains.Toolchain("ghc-1", "sha256:0123456789abcdef01", "9.6", {})
    engine = cast("docker.DockerClient", None)
    assert toolchains._pushed(engine, made).image == "", "there is none"
    monkeypatch.setattr(toolchains, "config", lambda: Config(registry="registry.example"))
    pushed = toolchains._pushed(engine, made)
    assert pushed.image == "registry.example/haskell-ide/ghc-1@sha256:f"
    assert toolchains._pushed(engine, pushed) == pushed
    push.assert_called_once_with(
        engine, made.digest, "registry.example/haskell-ide/ghc-1", "0123456789abcdef"
    )


def test_what_was_described_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchains, "DESCRIPTIONS", tmp_path / "toolchains.json")
    made = toolchains.Toolchain("ghc-1", "sha256:0", "1.0", {"base": "4"}, default=True)
    toolchains._write([made])
    assert toolchains.described(tmp_path / "toolchains.json") == [made]


def test_without_registry_and_without_mmdebstrap_the_failure_says_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "mmdebstrap"
    failing.write_text("#!/bin/sh\necho no mirror >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(HostError, match=r"no registry can be reached and mmdebstrap failed for .*no mirror"):
        imagebuild._bootstrap(Mock(spec=docker.DockerClient), "trixie", "test/base:trixie")


class Registered:
    """An engine that reaches a registry, or that was given images before."""

    def __init__(self, *has: str) -> None:
        self.images, self.has, self.pulled = self, [*has], list[str]()

    def get(self, tag: str) -> Any:
        if tag not in self.has:
            raise ImageNotFound(tag)
        return SimpleNamespace(id=f"sha256:{tag}")

    def pull(self, repository: str, tag: str) -> None:
        self.pulled.append(f"{repository}:{tag}")


@pytest.mark.parametrize(
    ("has", "fresh", "base", "pulled"),
    [
        ([], False, "debian:trixie-slim", ["debian:trixie-slim"]),
        (["debian:trixie-slim"], False, "debian:trixie-slim", []),
        (["ours:trixie"], False, "ours:trixie", []),
        (["debian:trixie-slim", "ours:trixie"], True, "debian:trixie-slim", ["debian:trixie-slim"]),
    ],
)
def test_the_base_is_the_registrys_where_one_can_be_reached(
    has: list[str], fresh: bool, base: str, pulled: list[str]
) -> None:
    engine = Registered(*has)
    assert (
        imagebuild.base_image(cast("docker.DockerClient", engine), "trixie", "ours:trixie", fresh=fresh)
        == base
    )
    assert engine.pulled == pulled


def test_a_variant_for_profiling_belongs_to_its_toolchain_and_is_none_of_its_own() -> None:
    assert toolchains.profiled_by("ghc-9.6-profiling") == "ghc-9.6"
    assert toolchains.profiled_by("ghc-9.6") == ""
    assert not any(toolchains.profiled_by(name) for name in toolchains.names())


def test_a_variant_that_was_made_follows_its_toolchain(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptions = tmp_path / "toolchains.json"
    monkeypatch.setattr(toolchains, "DESCRIPTIONS", descriptions)
    monkeypatch.setattr(toolchains, "BUILT", tmp_path)
    old = [
        toolchains.Toolchain("ghc-1", "old", "1", {}),
        toolchains.Toolchain("ghc-1-profiling", "older", "1", {}, profiles="ghc-1"),
    ]
    toolchains._write(old)
    made: list[str] = []

    def ensure(engine: object, name: str, *, fresh: bool, only: str = "") -> str:
        made.append(name)
        return f"new-{name}"

    monkeypatch.setattr(toolchains, "_ensure", ensure)
    monkeypatch.setattr(
        toolchains,
        "describe",
        lambda engine, name, digest: toolchains.Toolchain(
            name, digest, "1", {}, profiles=toolchains.profiled_by(name)
        ),
    )
    found = toolchains.build(Mock(), ["ghc-1"])
    assert made == ["ghc-1", "ghc-1-profiling"]
    assert [(each.digest, each.profiles) for each in found] == [
        ("new-ghc-1", ""),
        ("new-ghc-1-profiling", "ghc-1"),
    ]


@pytest.mark.parametrize("said", [None, "", "0"])
def test_an_engine_that_is_named_with_certificates_shows_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None
) -> None:
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).touch()
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:2376")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)
    if said is not None:
        monkeypatch.setenv("DOCKER_TLS_VERIFY", said)
    client = Mock()
    monkeypatch.setattr(imagebuild, "DockerClient", client)
    imagebuild.connect()
    assert client.call_args.kwargs["tls"].verify is True

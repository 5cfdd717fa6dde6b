"""What an engine says of a container, compared with what it was to be made by."""

from typing import Any

import pytest

from sandbox.engine import profile
from sandbox.engine.drift import Image, Made, differences
from sandbox.engine.hosts import Spec
from sandbox.messages import ToolchainEntry
from tests.specs import sandbox_spec

DIGEST = "sha256:" + "a" * 64
IMAGE = Image(DIGEST, ["GHC=9.6"])


def spec() -> Spec:
    return sandbox_spec(DIGEST, limits=profile.WARM)


def found(host: dict[str, Any] | None = None, image: str = DIGEST, **config: Any) -> list[str]:
    """Of a container that is as it should be but for what is said."""
    return differences(spec(), IMAGE, Made(image, spec() | config, spec()["HostConfig"] | (host or {})))


def test_what_engines_fill_in_is_no_difference() -> None:
    assert found() == []
    filled = {
        "ShmSize": 2**26,
        "ConsoleSize": [0, 0],
        "Devices": None,
        "CapAdd": None,
        "OomKillDisable": None,
        "MemorySwappiness": None,
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        "NanoCpus": 5 * 10**8,
        "VolumesFrom": None,
        "BlkioWeight": 0,
    }
    assert found(filled, Volumes=None, Env=[*spec()["Env"], "GHC=9.6"]) == []


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ({"Privileged": True}, "Privileged"),
        ({"NanoCpus": 4 * 10**9}, "NanoCpus"),
        ({"NanoCpus": 0}, "NanoCpus"),
        ({"MemorySwappiness": 60}, "MemorySwappiness"),
        ({"DeviceRequests": [{"Driver": "nvidia"}]}, "DeviceRequests"),
        ({"SecurityOpt": ["no-new-privileges"]}, "SecurityOpt"),
        ({"Tmpfs": {"/work": "rw"}}, "Tmpfs"),
        ({"Ulimits": []}, "Ulimits"),
        ({"LogConfig": {"Type": "json-file", "Config": {}}}, "LogConfig"),
    ],
)
def test_anything_else_is(host: dict[str, Any], name: str) -> None:
    assert found(host) == [name]


def test_so_are_another_image_command_user_or_environment() -> None:
    assert found(image="sha256:" + "b" * 64) == ["Image"]
    assert found(Entrypoint=["/bin/sh"]) == ["Entrypoint"]
    assert found(User="0:0") == ["User"]
    assert found(Env=[*spec()["Env"], "LD_PRELOAD=/work/x.so"]) == ["Env"]
    assert found(Env=spec()["Env"][1:]) == ["Env"]


def test_containers_are_made_from_digests_never_from_names() -> None:
    assert ToolchainEntry("ghc", DIGEST, DIGEST).reference == DIGEST
    assert ToolchainEntry("ghc", DIGEST, "registry.example/ghc:latest").reference == DIGEST
    pinned = f"registry.example/ghc@{DIGEST}"
    assert ToolchainEntry("ghc", DIGEST, pinned).reference == pinned

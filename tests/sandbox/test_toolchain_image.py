"""What is in the default toolchain's image, seen from inside of it."""

import docker
import pytest

from sandbox import toolchains
from sandbox.limits import USER_ID

pytestmark = pytest.mark.engine

PROGRAMS = ("ghc", "ghci", "hlint", "ormolu", "ld.lld", "doctest", "hspec-discover", "tini", "python3")


def inside(engine: docker.DockerClient, image: str, script: str, user: str | None = None) -> str:
    command = ["sh", "-c", script]
    said: bytes = engine.containers.run(image, command, network_mode="none", remove=True, user=user)
    return said.decode()


def test_ghc_knows_every_package_of_the_list(engine: docker.DockerClient, toolchain: str) -> None:
    packages = toolchains.describe(engine, "ghc-9.6", toolchain).packages
    known = {name.lower() for name in packages}
    listed = (toolchains.IMAGES / "packages.txt").read_text().lower().split("\n")
    wanted = {name for name in listed if name and not name.startswith("#")}
    assert len(wanted) > 300
    assert wanted - known == {"hspec-discover"}  # a program


def test_the_description_is_read_out_of_the_image(engine: docker.DockerClient, toolchain: str) -> None:
    described = toolchains.describe(engine, "ghc-9.6", toolchain)
    assert described.ghc.startswith("9.6.")
    assert described.digest == toolchain
    assert described.digest.startswith("sha256:")
    assert described.packages["base"].startswith("4.18.")
    assert described.default


def test_the_tools_are_there(engine: docker.DockerClient, toolchain: str) -> None:
    script = f"for program in {' '.join(PROGRAMS)}; do command -v $program || echo no $program; done"
    assert "no " not in inside(engine, toolchain, script)


def test_no_file_gives_callers_the_rights_of_its_owner(engine: docker.DockerClient, toolchain: str) -> None:
    assert inside(engine, toolchain, "find / -xdev -type f -perm /6000", user="0") == ""


def test_it_runs_as_nobody_of_the_host(engine: docker.DockerClient, toolchain: str) -> None:
    assert inside(engine, toolchain, "id -u; id -g; id -G").split() == [str(USER_ID)] * 3
    assert engine.images.get(toolchain).attrs["Config"]["User"] == f"{USER_ID}:{USER_ID}"


def test_an_image_that_is_up_to_date_is_not_built_again(engine: docker.DockerClient, toolchain: str) -> None:
    assert toolchains.ensure(engine, "ghc-9.6") == toolchain

"""What is in each toolchain's image, seen from inside of it."""

import docker
import pytest

from sandbox import toolchains
from sandbox.limits import USER_ID

pytestmark = pytest.mark.engine

PROGRAMS = ("ghc", "ghci", "hlint", "ormolu", "ld.lld", "doctest", "hspec-discover", "tini", "python3")
VERSIONS = {"ghc-9.6": ("9.6.", "4.18."), "ghc-9.10": ("9.10.", "4.20.")}  # of GHC and of base


@pytest.fixture(scope="module", params=VERSIONS)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def toolchain(engine: docker.DockerClient, name: str) -> str:
    """The image id (digest), with the agent as it is in the tree."""
    return toolchains.ensure(engine, name)


def inside(engine: docker.DockerClient, image: str, script: str, user: str | None = None) -> str:
    command = ["sh", "-c", script]
    said: bytes = engine.containers.run(image, command, network_mode="none", remove=True, user=user)
    return said.decode()


def test_ghc_knows_every_package_of_the_list(engine: docker.DockerClient, name: str, toolchain: str) -> None:
    packages = toolchains.describe(engine, name, toolchain).packages
    known = {package.lower() for package in packages}
    listed = (toolchains.IMAGES / "packages.txt").read_text().lower().split("\n")
    wanted = {package for package in listed if package and not package.startswith("#")}
    assert len(wanted) > 300
    lacking = wanted - known - {"hspec-discover"}  # a program
    if name == toolchains.default():
        assert lacking == set()
    else:  # the list is the default's: others have what their release of Debian has
        assert len(lacking) < len(wanted) / 10, lacking
        assert lacking.isdisjoint(
            {"base", "containers", "text", "mtl", "aeson", "lens", "hspec", "quickcheck"}
        )


def test_the_description_is_read_out_of_the_image(
    engine: docker.DockerClient, name: str, toolchain: str
) -> None:
    ghc, base = VERSIONS[name]
    described = toolchains.describe(engine, name, toolchain)
    assert described.ghc.startswith(ghc)
    assert described.digest == toolchain
    assert described.digest.startswith("sha256:")
    assert described.packages["base"].startswith(base)
    assert described.default == (name == toolchains.default())
    assert len(described.modules) > 3000
    assert {described.modules[module] for module in ("Prelude", "Data.List")} == {"base"}
    assert described.modules["Data.Map.Strict"] == "containers"
    assert set(described.modules.values()) <= described.packages.keys()


def test_no_toolchain_is_left_out() -> None:
    assert sorted(VERSIONS) == toolchains.names()


def test_the_tools_are_there(engine: docker.DockerClient, toolchain: str) -> None:
    script = f"for program in {' '.join(PROGRAMS)}; do command -v $program || echo no $program; done"
    assert "no " not in inside(engine, toolchain, script)


def test_no_file_gives_callers_the_rights_of_its_owner(engine: docker.DockerClient, toolchain: str) -> None:
    assert inside(engine, toolchain, "find / -xdev -type f -perm /6000", user="0") == ""


def test_it_runs_as_nobody_of_the_host(engine: docker.DockerClient, toolchain: str) -> None:
    assert inside(engine, toolchain, "id -u; id -g; id -G").split() == [str(USER_ID)] * 3
    assert engine.images.get(toolchain).attrs["Config"]["User"] == f"{USER_ID}:{USER_ID}"


def test_an_image_that_is_up_to_date_is_not_built_again(
    engine: docker.DockerClient, name: str, toolchain: str
) -> None:
    assert toolchains.ensure(engine, name) == toolchain

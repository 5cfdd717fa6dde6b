"""Archives are taken by Cabal itself: its library is in the image, and builds as `cabal build` does."""

import io
import tarfile
from zipfile import ZipFile

import docker
import pytest

from ide.workspaces import archives
from sandbox import toolchains
from tests.ide.packages import SAMPLES

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

LAYOUTS = ("stm", "named", "library", "tests", "stack")
SETUP = "import Distribution.Simple\nmain = defaultMain\n"
BUILD = """
mkdir /tmp/setup && cd /tmp/setup && echo "$SETUP" > Setup.hs && ghc -O0 Setup.hs > log || exit 1
cd /tmp/in && for each in *; do
  cd /tmp/in/$each/*
  { /tmp/setup/Setup configure --enable-tests -O0 --disable-shared && /tmp/setup/Setup build; } > log 2>&1 \
    && echo "built $each" || { echo "failed $each"; cat log; }
done
"""


def packed(name: str, files: dict[str, str], modules: dict[str, str]) -> bytes:
    """A workspace's archive, unpacked, as a tar for `docker cp`."""
    buffer = io.BytesIO()
    with (
        ZipFile(io.BytesIO(archives.write(f"{name}-workspace", files, modules))) as archive,
        tarfile.open(fileobj=buffer, mode="w") as tar,
    ):
        for path in archive.namelist():
            entry = tarfile.TarInfo(f"in/{name}/{path}")
            data = archive.read(path)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def test_every_archive_is_built_by_cabal(
    engine: docker.DockerClient, toolchain: str, installation: str
) -> None:
    modules = toolchains.describe(engine, toolchains.default(), toolchain).modules
    container = engine.containers.create(
        toolchain,
        ["sh", "-c", BUILD],
        name=f"{installation}-cabal",
        environment={"SETUP": SETUP, "HOME": "/tmp"},
        user="0",
        network_mode="none",
    )
    try:
        for name in LAYOUTS:
            container.put_archive("/tmp", packed(name, SAMPLES[name], modules))
        container.start()
        container.wait(timeout=850)
        said = container.logs().decode()
    finally:
        container.remove(force=True)
    assert sorted(line for line in said.splitlines() if line.startswith("built")) == sorted(
        f"built {name}" for name in LAYOUTS
    ), said

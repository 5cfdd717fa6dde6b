"""A toolchain's image without a compiler: 60 MB more than Debian, so that it is with an engine in seconds.

Its agent is the scripted one of the fakes, which says `hello` and keeps local changes.
"""

from pathlib import Path

import docker

import sandbox
from sandbox.engine import imagebuild
from sandbox.limits import USER_ID

SUITE = "trixie"
ROOT = Path(sandbox.__file__).parent
TESTS = Path(__file__).parents[1]
DOCKERFILE = """
ARG BASE
FROM $BASE
RUN export DEBIAN_FRONTEND=noninteractive && apt-get update \\
    && apt-get install --yes --no-install-recommends tini python3 python3-msgspec \\
    && apt-get clean && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*
"""
AGENT = """
ARG BASE
FROM $BASE
ARG USER_ID
COPY sandbox /opt/agent/sandbox
COPY tests /opt/agent/tests
RUN mkdir /work && chown "$USER_ID:$USER_ID" /work
USER $USER_ID:$USER_ID
"""


def ensure(engine: docker.DockerClient, folder: Path) -> str:
    """The image's id, built first if its inputs changed."""
    base = imagebuild.base_image(engine, SUITE, f"haskell-ide/base:{SUITE}")
    python = _build(engine, "python", folder, {"Dockerfile": DOCKERFILE}, {}, base)
    inside = {f"sandbox/{file.relative_to(ROOT)}": file for file in _sources()}
    inside["sandbox/agent/__main__.py"] = TESTS / "pool" / "scripted_agent.py"
    inside["tests/sandbox/agents.py"] = TESTS / "sandbox" / "agents.py"
    return _build(engine, "small", folder, {"Dockerfile": AGENT}, inside, python)


def _sources() -> list[Path]:
    parts = ("__init__.py", "limits.py", "engine/__init__.py", "engine/fake_agent.py", "messages")
    found = [file for part in parts for file in (ROOT / part, *(ROOT / part).rglob("*.py"))]
    return [file for file in found if file.is_file()]


def _build(
    engine: docker.DockerClient,
    name: str,
    folder: Path,
    texts: dict[str, str],
    files: dict[str, Path],
    base: str,
) -> str:
    for file, text in texts.items():
        (folder / f"{name}.{file}").write_text(text)
        files = {**files, file: folder / f"{name}.{file}"}
    archive = imagebuild.context(files)
    arguments = {"BASE": base, "USER_ID": str(USER_ID)} if name == "small" else {"BASE": base}
    tag = f"haskell-ide-test/{name}:{imagebuild.inputs_hash(archive, repr(arguments).encode())}"
    made = imagebuild.image_id(engine, tag)
    return made or imagebuild.build(engine, tag, archive, arguments, folder / f"{name}.log", fresh=False)

"""Makes images on an engine, with a registry or without one."""

import hashlib
import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docker import DockerClient
from docker.errors import DockerException, ImageNotFound
from docker.utils import kwargs_from_env

from sandbox.exceptions import HostError

BUILD_SECONDS = 3600  # an engine says nothing while apt unpacks
# Debian's testing has release files past their date on some mirrors.
BOOTSTRAP = ("mmdebstrap", "--variant=minbase", "--quiet", "--aptopt=Acquire::Check-Valid-Until false")
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def connect(address: str | None = None) -> DockerClient:
    """The engine at an address, or the one that the environment names."""
    named = {"base_url": address} if address else kwargs_from_env(_environment())
    client = DockerClient(**named, timeout=BUILD_SECONDS)
    # With a CA bundle in the environment, requests would check the engine's certificate against that one.
    client.api.trust_env = False
    return client


def _environment() -> dict[str, str]:
    """Whoever names certificates wants the engine's looked at, which by itself the library does not do."""
    return {**os.environ, "DOCKER_TLS_VERIFY": "1"} if os.environ.get("DOCKER_CERT_PATH") else {**os.environ}


def image_id(engine: DockerClient, tag: str) -> str | None:
    """The content digest of the image under a tag; None when the engine has none."""
    try:
        return engine.images.get(tag).id
    except ImageNotFound:
        return None


def push(engine: DockerClient, image: str, repository: str, tag: str) -> str:
    """Give an image to the registry that the repository's name begins with; its name there, by digest."""
    engine.api.tag(image, repository, tag)
    digest = ""
    for said in engine.api.push(repository, tag=tag, stream=True, decode=True):
        if "error" in said:
            raise HostError(f"{repository} could not be pushed: {said['error']}")
        digest = (said.get("aux") or {}).get("Digest", digest)
    if not digest:
        raise HostError(f"{repository} was pushed and the registry named no digest.")
    return f"{repository}@{digest}"


def base_image(engine: DockerClient, suite: str, bootstrapped: str, *, fresh: bool = False) -> str:
    """A bare Debian: the registry's where one can be reached, else one made of Debian's packages."""
    official = f"debian:{suite}-slim"
    for tag in () if fresh else (official, bootstrapped):
        if image_id(engine, tag):
            return tag
    try:
        engine.images.pull("debian", tag=f"{suite}-slim")
    except DockerException:
        _bootstrap(engine, suite, bootstrapped)
        return bootstrapped
    return official


def _bootstrap(engine: DockerClient, suite: str, tag: str) -> None:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    with tempfile.NamedTemporaryFile(suffix=".tar") as tree:
        command = [*as_root, *BOOTSTRAP, suite, "-"]
        made = subprocess.run(command, stdout=tree, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
        if made.returncode:
            raise HostError(f"no registry can be reached and mmdebstrap failed for {suite}: {made.stderr}")
        repository, name = tag.split(":")
        engine.api.import_image_from_file(tree.name, repository=repository, tag=name)


def context(files: Mapping[str, Path]) -> bytes:
    """A build context: each file under its name in the context, the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, path in sorted(files.items()):
            data = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            entry.mode = 0o755 if os.access(path, os.X_OK) else 0o644
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def inputs_hash(*inputs: bytes) -> str:
    """What a tag carries: another one for other inputs."""
    return hashlib.sha256(b"".join(inputs)).hexdigest()[:16]


def build(
    engine: DockerClient, tag: str, archive: bytes, arguments: Mapping[str, str], log: Path, *, fresh: bool
) -> str:
    """Build an image from a context; what the engine says goes to `log`. Returns the image's id."""
    proxies = {name: os.environ[name] for name in PROXIES if name in os.environ}
    lines: Iterator[dict[str, Any]] = engine.api.build(
        fileobj=io.BytesIO(archive),
        custom_context=True,
        tag=tag,
        buildargs={**proxies, **arguments},
        nocache=fresh,
        rm=True,
        forcerm=True,
        decode=True,
    )
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as file:
        for line in lines:
            file.write(line.get("stream", ""))
            file.flush()
            if "error" in line:
                raise HostError(f"{tag} could not be built: {line['error']} (see {log})")
    made = image_id(engine, tag)
    if made is None:
        raise HostError(f"{tag} was built and is gone again (see {log})")
    return made

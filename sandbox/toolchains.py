"""Toolchains: images by digest, built from a folder each under `sandbox/images/` when their inputs change.

    base (Debian) ◄── NAME-packages:HASH ◄───── NAME-index:HASH ◄── NAME:HASH
                      GHC, packages: minutes     their exports      agent: seconds
                                                 ▲
                                                 └── NAME-profiling-packages ◄── NAME-profiling, if asked for

Where there is a registry (SANDBOX_REGISTRY) what was built is pushed there, and hosts pull it by digest.

A tag's HASH is over everything that went into the image, so an image that exists is up to date. Sessions get
images by id, which is the digest of their content: the same on each engine, however the image came there.

    python -m sandbox.toolchains build [NAME...] [--default] [--profiling] [--fresh]
"""

import argparse
import fcntl
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
from docker import DockerClient

from sandbox.config import config
from sandbox.engine import imagebuild
from sandbox.exceptions import SandboxError
from sandbox.limits import USER_ID
from sandbox.messages import PROFILING

ROOT = Path(__file__).parent
IMAGES = ROOT / "images"
BUILT = ROOT.parent / "build"
DESCRIPTIONS = BUILT / "toolchains.json"
INDEX_PARTS = ("__init__.py", "index")  # of this package
AGENT_PARTS = (*INDEX_PARTS, "limits.py", "spelling.py", "messages", "description", "agent")
DEFAULT_LABEL = "LABEL haskell-ide.default=true"
MODULES = """
import json, sqlite3
index = sqlite3.connect("file:/opt/index/exports.db?mode=ro&immutable=1", uri=True)
print(json.dumps(dict(index.execute("SELECT name, package FROM module ORDER BY dependants"))))
"""  # of several packages with one module the most used holds
READ_OUT = [
    *("sh", "-c", 'ghc --numeric-version && ghc-pkg list --global --simple-output && python3 -c "$0"'),
    MODULES,
]


class Toolchain(msgspec.Struct, frozen=True):
    """One GHC and one package set. `digest` is the image's id.

    `packages` maps names to versions, `modules` each module to its package.
    """

    name: str
    digest: str
    ghc: str
    packages: dict[str, str]
    default: bool = False
    profiles: str = ""  # the toolchain of which this is the variant for profiling
    image: str = ""  # its name in the registry, by digest; empty: it is in none
    modules: dict[str, str] = {}


def names() -> list[str]:
    """Every toolchain that has a folder."""
    return sorted(folder.parent.name for folder in IMAGES.glob("*/Dockerfile"))


def default() -> str:
    """The toolchain of those who name none: the one whose Dockerfile says so."""
    return next(name for name in names() if DEFAULT_LABEL in (IMAGES / name / "Dockerfile").read_text())


def profiled_by(name: str) -> str:
    """The toolchain of which this is the variant for profiling; empty: it is none."""
    return name.removesuffix(PROFILING) if name.endswith(PROFILING) else ""


def ensure(engine: DockerClient, name: str, *, fresh: bool = False, only: str = "") -> str:
    """The id of the toolchain's image, built first if its inputs changed; `fresh` takes new packages, too.

    `only`: a variant for profiling has these packages alone, by Debian's names for them.
    """
    with _alone():
        return _ensure(engine, name, fresh=fresh, only=only)


def _ensure(engine: DockerClient, name: str, *, fresh: bool, only: str = "") -> str:
    plain = profiled_by(name)
    below = _ensure_packages(engine, plain or name, fresh=fresh)
    below = _ensure_layer(engine, f"{plain or name}-index", _index_files(), {"PACKAGES": below}, fresh=fresh)
    if plain:
        below = _ensure_profiling(engine, name, below, only=only, fresh=fresh)
    arguments = {"PACKAGES": below, "USER_ID": str(USER_ID)}
    return _ensure_layer(engine, name, _agent_files(), arguments, fresh=fresh)


def _ensure_layer(
    engine: DockerClient, name: str, files: dict[str, Path], arguments: dict[str, str], *, fresh: bool
) -> str:
    archive = imagebuild.context(files)
    tag = _tag(name, archive + repr(arguments).encode())
    made = None if fresh else imagebuild.image_id(engine, tag)
    return made or imagebuild.build(engine, tag, archive, arguments, _log(name), fresh=fresh)


def _ensure_packages(engine: DockerClient, name: str, *, fresh: bool) -> str:
    files = _package_files(name)
    archive = imagebuild.context(files)
    tag = _tag(f"{name}-packages", archive)
    made = None if fresh else imagebuild.image_id(engine, tag)
    if made:
        return made
    suite = _suite(files["Dockerfile"])
    base = imagebuild.base_image(engine, suite, f"{config().images}/base:{suite}", fresh=fresh)
    return imagebuild.build(engine, tag, archive, {"BASE": base}, _log(f"{name}-packages"), fresh=fresh)


def _ensure_profiling(engine: DockerClient, name: str, packages: str, *, only: str, fresh: bool) -> str:
    arguments = {"PACKAGES": packages, "ONLY": only}
    archive = imagebuild.context({"Dockerfile": IMAGES / "profiling.Dockerfile"})
    tag = _tag(f"{name}-packages", archive + repr(arguments).encode())
    made = None if fresh else imagebuild.image_id(engine, tag)
    return made or imagebuild.build(engine, tag, archive, arguments, _log(f"{name}-packages"), fresh=fresh)


def _package_files(name: str) -> dict[str, Path]:
    """What goes into the layer of GHC and packages: what all share, unless the folder has its own."""
    shared = [file for file in IMAGES.iterdir() if file.is_file() and not file.name.endswith("Dockerfile")]
    return {file.name: file for file in [*shared, *(IMAGES / name).iterdir()]}


def _index_files() -> dict[str, Path]:
    """What goes into the layer of the index."""
    return {"Dockerfile": IMAGES / "index.Dockerfile", **_parts(INDEX_PARTS)}


def _agent_files() -> dict[str, Path]:
    """What goes into the layer of the agent."""
    return {"Dockerfile": IMAGES / "agent.Dockerfile", **_parts(AGENT_PARTS)}


def _parts(names: tuple[str, ...]) -> dict[str, Path]:
    found = [file for part in names for file in (ROOT / part, *(ROOT / part).rglob("*"))]
    files = [file for file in found if file.is_file() and "__pycache__" not in file.parts]
    return {f"sandbox/{file.relative_to(ROOT)}": file for file in files}


def _suite(dockerfile: Path) -> str:
    """The Debian release that a Dockerfile's base names: `ARG BASE=debian:trixie-slim`."""
    found = re.search(r"^ARG BASE=debian:(\w+)-slim$", dockerfile.read_text(), re.MULTILINE)
    if not found:
        raise SandboxError(f"{dockerfile} must say ARG BASE=debian:<release>-slim")
    return found[1]


def _tag(name: str, inputs: bytes) -> str:
    return f"{config().images}/{name}:{imagebuild.inputs_hash(inputs)}"


def _log(name: str) -> Path:
    return BUILT / "logs" / f"{name}.log"


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time in this directory: two processes would make the same image twice."""
    BUILT.mkdir(exist_ok=True)
    with (BUILT / "toolchains.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def describe(engine: DockerClient, name: str, digest: str) -> Toolchain:
    """What is in the image, as its own GHC says."""
    said = engine.containers.run(digest, READ_OUT, network_mode="none", remove=True, stderr=False).decode()
    ghc, listed, modules = said.strip().split("\n")
    packages = dict(package.rsplit("-", 1) for package in listed.split())
    return Toolchain(
        name,
        digest,
        ghc,
        dict(sorted(packages.items())),
        name == default(),
        profiled_by(name),
        modules=msgspec.json.decode(modules, type=dict[str, str]),
    )


def described(file: Path = DESCRIPTIONS) -> list[Toolchain]:
    """The toolchains that were last built here; none before the first build."""
    return msgspec.json.decode(file.read_bytes(), type=list[Toolchain]) if file.exists() else []


def build(engine: DockerClient, wanted: list[str], *, fresh: bool = False) -> list[Toolchain]:
    """Build what changed, read out what is new, write the descriptions file. Returns what it then holds.

    A variant for profiling that was made before follows its toolchain.
    """
    with _alone():
        known = {
            each.name: each for each in described(DESCRIPTIONS) if (each.profiles or each.name) in names()
        }
        variants = [name for name, each in known.items() if each.profiles in wanted]
        for name in dict.fromkeys([*wanted, *variants]):
            began = time.monotonic()
            digest = _ensure(engine, name, fresh=fresh)
            if name not in known or known[name].digest != digest or not known[name].modules:
                known[name] = describe(engine, name, digest)
            known[name] = _pushed(engine, known[name])
            made, seconds = known[name], time.monotonic() - began
            _say(f"{name}: GHC {made.ghc}, {len(made.packages)} packages, {seconds:.0f} s")
        found = [known[name] for name in sorted(known)]
        _write(found)
    return found


def _pushed(engine: DockerClient, made: Toolchain) -> Toolchain:
    """The same, in the registry if there is one."""
    repository = f"{config().registry}/{config().images}/{made.name}"
    if not config().registry:
        return msgspec.structs.replace(made, image="")
    if made.image.startswith(f"{repository}@"):
        return made
    tag = made.digest.removeprefix("sha256:")[:16]
    return msgspec.structs.replace(made, image=imagebuild.push(engine, made.digest, repository, tag))


def _write(found: list[Toolchain]) -> None:
    """In one go, so that nobody reads half a file."""
    partial_file = DESCRIPTIONS.with_suffix(".partial")
    partial_file.write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    partial_file.replace(DESCRIPTIONS)


_say = partial(print, file=sys.stderr, flush=True)


def main() -> None:
    """Build the named toolchains, or all."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.toolchains")
    parser.add_argument("command", choices=["build"])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--default", action="store_true", help="only the default toolchain")
    parser.add_argument("--profiling", action="store_true", help="the variants for profiling")
    parser.add_argument("--fresh", action="store_true", help="use nothing built before: takes newer packages")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(names())
    if unknown:
        parser.error(f"no such toolchain: {', '.join(sorted(unknown))} (there are {', '.join(names())})")
    wanted = arguments.names or ([default()] if arguments.default else names())
    if arguments.profiling:
        wanted = [name + PROFILING for name in wanted]
    try:
        build(imagebuild.connect(), wanted, fresh=arguments.fresh)
    except SandboxError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

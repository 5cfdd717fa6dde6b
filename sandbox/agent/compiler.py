"""GHC as a batch compiler: its command line, and what it said."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.agent.layout import Options, program_name
from sandbox.agent.places import LIB, SESSION, own
from sandbox.agent.warm import plain

SAID_BYTES = 4 << 20
ROOMY = ("+RTS", "-A64m", "-RTS")  # a small compile is over before its first collection
# Shared libraries, and a `main` that was compiled before: linking is quick, and the program small. It lies in
# an archive, so that the linker leaves it out of what Template Haskell loads.
LINKING = ("-threaded", "-no-hs-main", f"-optl{LIB / 'main.a'}", "-optl-fuse-ld=lld")
SHARED = ("-dynamic",)


@dataclass(frozen=True)
class Way:
    """How a program is compiled. Objects of each way are kept apart, in the folder of its `name`."""

    name: str
    optimization: int
    flags: tuple[str, ...] = SHARED

    @classmethod
    def usual(cls, optimization: int) -> "Way":
        return cls(f"O{optimization}", optimization)

    @property
    def is_usual(self) -> bool:
        return self.flags == SHARED

    def executable(self, work: Path, entry: str) -> Path:
        """Where the native program lies."""
        return own(work, "build", self.name, "bin", program_name(entry))

    @property
    def products(self) -> str:
        """The folder of its objects, below the workspace's."""
        return f"{SESSION}/build/{self.name}"


def common_flags(way: Way) -> list[str]:
    """What GHC is told whatever it compiles."""
    quiet = ("-v1", "-ddump-json", "-fdiagnostics-color=never", "-package-env", "-")
    return [*quiet, f"-O{way.optimization}", "-fkeep-going", *way.flags, *LINKING]


def arguments(work: Path, options: Options, entry: str, module: str, way: Way) -> list[str]:
    """What GHC is told. The program is threaded, as it is in the interpreter."""
    main_is = ["-main-is", module] if module != "Main" else []
    return [
        *options.ghc,
        *common_flags(way),
        *("-i" + ":".join(options.roots), "-outputdir", way.products),
        *(*main_is, "-o", str(way.executable(work, entry)), plain(entry)),
    ]


def command(arguments: Sequence[str]) -> list[str]:
    """The whole argument vector of a plain GHC."""
    return ["ghc", "--make", *arguments, *ROOMY]


class Said:
    """What a compiler prints, kept up to a bound."""

    def __init__(self) -> None:
        self._outer, self.inner = os.pipe()
        self._kept = bytearray()
        os.set_blocking(self._outer, False)
        asyncio.get_running_loop().add_reader(self._outer, self._readable)

    def finish(self) -> str:
        """All of it, once its writers are gone."""
        while self._readable():
            pass
        asyncio.get_running_loop().remove_reader(self._outer)
        os.close(self._outer)
        return self._kept.decode(errors="replace")

    def _readable(self) -> bool:
        try:
            data = os.read(self._outer, 1 << 16)
        except BlockingIOError:
            return False
        if not data:
            asyncio.get_running_loop().remove_reader(self._outer)
            return False
        self._kept += data[: SAID_BYTES - len(self._kept)]
        return True


def own_words(rest: str) -> str:
    """What GHC said outside its messages, without its progress: a linker's error, a full disk."""
    noise = ("Loaded package environment", "GHCi, version")
    lines: Sequence[str] = [line for line in rest.splitlines() if line.strip() and not line.startswith(noise)]
    return "\n".join(lines)[-4000:]

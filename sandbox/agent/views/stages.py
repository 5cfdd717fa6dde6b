"""The stages between a module and its machine code: what makes GHC write each of them, and where."""

from sandbox.messages import Stage

SUFFIXES: dict[Stage, str] = {"core": "simpl", "stg": "stg-final", "cmm": "cmm", "asm": "asm"}
FLAGS = ("-ddump-to-file", *(f"-ddump-{suffix}" for suffix in SUFFIXES.values()))
# Of no help to a reader, and different each time: a comparison would show nothing else.
ALWAYS = ("-dsuppress-timestamps", "-dsuppress-core-sizes")
QUIET = (
    "-dsuppress-idinfo",
    "-dsuppress-coercions",
    "-dsuppress-coercion-types",
    "-dsuppress-type-applications",
    "-dsuppress-uniques",
    "-dsuppress-module-prefixes",
)


def flags(*, details: bool) -> tuple[str, ...]:
    return (*FLAGS, *ALWAYS, *(() if details else QUIET))


def file_name(source: str, stage: Stage) -> str:
    """What GHC calls the file, below its folder of dumps, for a source compiled for shared libraries."""
    return f"{source.rpartition('.')[0]}.dyn.dump-{SUFFIXES[stage]}"

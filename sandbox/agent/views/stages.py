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
    "-dsuppress-module-prefixes",
)
NAMELESS = ("-dsuppress-uniques",)  # in code it would take labels and variables, too: see `uniques`
CODE: tuple[Stage, ...] = ("cmm", "asm")


def flags(stage: Stage, *, details: bool) -> tuple[str, ...]:
    if details:
        return (*FLAGS, *ALWAYS)
    return (*FLAGS, *ALWAYS, *QUIET, *(() if stage in CODE else NAMELESS))


def file_name(source: str, stage: Stage) -> str:
    """What GHC calls the file, below its folder of dumps, for a source compiled for shared libraries."""
    return f"{source.rpartition('.')[0]}.dyn.dump-{SUFFIXES[stage]}"

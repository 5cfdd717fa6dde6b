"""The same program on several toolchains at once."""

from typing import Annotated, Literal

from msgspec import Meta

from ide.protocol.base import Lenient, Strict, Words
from ide.protocol.runs import STDIN_BYTES
from sandbox.messages import Id, Path

ToolchainName = Annotated[str, Meta(min_length=1, max_length=64)]


class MatrixStart(Strict, frozen=True):
    """`toolchains`: only these of those that the plan has. Input ends where `stdin` does."""

    request_id: Id
    mode: Literal["check", "interpret", "compile", "test"]
    toolchains: Annotated[list[ToolchainName], Meta(max_length=50)] | None = None
    entry: Path | None = None
    optimization: Literal[0, 1, 2] | None = None
    args: Annotated[list[Words], Meta(max_length=64)] = []
    stdin: Annotated[str, Meta(max_length=STDIN_BYTES)] = ""


class MatrixRow(Lenient, frozen=True):
    """One toolchain's run, whose events follow; or why it has none. `limit`: the quota that refused it."""

    toolchain: str
    ghc: str
    run_id: str | None = None
    refusal: str | None = None
    limit: str | None = None


class Matrix(Lenient, frozen=True):
    rows: list[MatrixRow]

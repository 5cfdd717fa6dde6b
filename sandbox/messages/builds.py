"""Variants of toolchains that are made when somebody first wants them."""

from typing import Annotated, Literal

from msgspec import Meta

from sandbox.messages.parts import Moment, Tagged, Wire

PROFILING = "-profiling"  # ends the name of a toolchain's variant for profiling

ToolchainName = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z._-]+$")]


class Build(Wire, frozen=True):
    """How far an image is; `since` is Unix time, `said` why it failed."""

    name: ToolchainName
    state: Literal["wanted", "building", "built", "failed"]
    since: Moment
    said: Annotated[str, Meta(max_length=2000)] = ""


class Built(Tagged, frozen=True):
    """An image was made: the recorder registers it."""

    name: ToolchainName
    digest: Annotated[str, Meta(max_length=200)]
    ghc: Annotated[str, Meta(max_length=40)]
    packages: Annotated[dict[str, str], Meta(max_length=5000)]
    profiles: ToolchainName

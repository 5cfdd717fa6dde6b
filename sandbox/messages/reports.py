"""What a run shows of itself besides its output. Said on hostile ground: all of it has bounds."""

from typing import Annotated, Literal

from msgspec import Meta

from sandbox.limits import BENCHMARK_RUNS, REPORT_ITEMS, REPORT_MODULES
from sandbox.messages.answers import Dumped
from sandbox.messages.parts import Count, Path, Range, Seconds, Tagged, Wire

Insight = Literal["statistics", "coverage", "profile", "benchmark"]
Label = Annotated[str, Meta(max_length=300)]
Index = Annotated[int, Meta(ge=0, lt=REPORT_ITEMS)]


class Statistics(Tagged, frozen=True):
    """What GHC's runtime counted. Residency is the heap that was alive at a major collection."""

    allocated_bytes: Count
    peak_memory_bytes: Count
    max_residency_bytes: Count
    average_residency_bytes: Count
    collections: Count
    mutator_seconds: Seconds
    mutator_cpu_seconds: Seconds
    collector_seconds: Seconds
    collector_cpu_seconds: Seconds


class Tally(Wire, frozen=True):
    covered: Count
    total: Count


class Mark(Wire, frozen=True):
    """A stretch of a file: `executed` is a binding that was entered `count` times; the conditions of
    `alwaysTrue` and `alwaysFalse` never were anything else."""

    range: Range
    kind: Literal["executed", "never", "alwaysTrue", "alwaysFalse"]
    count: Count


class CoveredModule(Wire, frozen=True):
    """`bindings` are those of the top level."""

    module: Label
    path: Path
    expressions: Tally
    alternatives: Tally
    conditions: Tally
    bindings: Tally
    marks: Annotated[list[Mark], Meta(max_length=REPORT_ITEMS)]


class Coverage(Tagged, frozen=True):
    """What of the workspace's modules was executed; `cut`: there was more than one report holds."""

    modules: Annotated[list[CoveredModule], Meta(max_length=REPORT_MODULES)]
    cut: bool = False


class CostCentre(Wire, frozen=True):
    """`path` and `range` where it is in a file of the workspace."""

    label: Label
    module: Label
    path: Path | None = None
    range: Range | None = None


class Cost(Wire, frozen=True):
    """A call of a cost centre: what it took itself, without those below it. `parent` stands before it."""

    centre: Index
    parent: Index | None
    entries: Count
    ticks: Count
    allocated_bytes: Count


class Profile(Tagged, frozen=True):
    """The tree of calls, by cost centre; a tick is `tickSeconds` of CPU time."""

    ticks: Count
    tick_seconds: Annotated[float, Meta(ge=0, le=10)]
    allocated_bytes: Count
    centres: Annotated[list[CostCentre], Meta(max_length=REPORT_ITEMS)]
    costs: Annotated[list[Cost], Meta(max_length=REPORT_ITEMS)]
    cut: bool = False


class Benchmark(Tagged, frozen=True):
    """Wall clock and CPU time of each counted run; `shortfall` says why there are fewer than asked for."""

    wall_seconds: Annotated[list[Seconds], Meta(max_length=BENCHMARK_RUNS)]
    cpu_seconds: Annotated[list[Seconds], Meta(max_length=BENCHMARK_RUNS)]
    shortfall: Annotated[str, Meta(max_length=300)] | None = None


Report = Statistics | Coverage | Profile | Benchmark | Dumped


class Measured(Tagged, frozen=True):
    """The insight or dump that a run was asked for, once, before its end; else `failure` says why not."""

    report: Report | None = None
    failure: Annotated[str, Meta(max_length=2000)] | None = None

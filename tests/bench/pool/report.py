"""Runs the simulator on pools of several sizes and says what came out: figures, a table, charts.

python -m tests.bench.pool.report [--docs] [--most HOSTS] [--seed SEED]
"""

import argparse
import random
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sandbox.limits import GIB, KEEPER_SECONDS
from sandbox.pool import choice
from sandbox.pool.choice import Need, Snapshot
from tests.bench.measure import Figure, p95
from tests.bench.pool import placing
from tests.bench.pool.hosts import hosts
from tests.bench.pool.measured import Measured
from tests.bench.pool.policies import LIMITS, TERMS, Ours, all_policies
from tests.bench.pool.simulator import Simulator
from tests.bench.pool.svg import Axis, chart
from tests.bench.pool.workload import DAY_SECONDS, TOOLCHAINS, WARM_START_SECONDS, Workload

SESSIONS_PER_GIB = 1.78  # so that the mean load over a day is 70 %
SEED = 7
SESSIONS_PER_GIB_AT_ONCE = 1.66  # the same where less than a day is played
SESSIONS_PER_GIB_AT_PEAK = 2.2
COMPARED_BEYOND = (Ours.name, "random", "round robin", "two choices")  # least sessions looks at all hosts
DIGEST = TOOLCHAINS[0][0]
DOCS = Path("docs/pool")
PAGE = Path("docs/pool.md")
BEGIN, END = "<!-- table: python -m tests.bench.pool.report --docs -->\n\n", "\n<!-- table ends -->"


class Play(NamedTuple):
    """What is played; of large pools less than a day, and by fewer: it is long to compute."""

    hosts: int
    seconds: float = DAY_SECONDS
    sessions_per_gib: float = SESSIONS_PER_GIB
    settled: float = 0.0  # before anything is counted; else a third of the time
    policies: tuple[str, ...] = ()  # all
    round_seconds: float = KEEPER_SECONDS  # of the keeper

    @property
    def is_peak(self) -> bool:
        return self.sessions_per_gib == SESSIONS_PER_GIB_AT_PEAK

    @property
    def name(self) -> str:
        return f"{self.hosts:,}{' at a peak' if self.is_peak else ''}"


PART_OF_A_DAY = Play(1000, 600.0, SESSIONS_PER_GIB_AT_ONCE, policies=COMPARED_BEYOND)
PLAYS = (
    Play(10),
    Play(100),
    PART_OF_A_DAY,
    Play(1000, 300.0, SESSIONS_PER_GIB_AT_PEAK, policies=COMPARED_BEYOND),
    # A round looks at all hosts, which takes the simulator longer than keepers that share them.
    Play(10_000, 120.0, SESSIONS_PER_GIB_AT_ONCE, 300.0, COMPARED_BEYOND, round_seconds=10.0),
)
Played = Mapping[Play, list[Measured]]


def simulated(play: Play, seed: int = SEED) -> Iterator[Measured]:
    """One policy after the other, against the same people."""
    for policy in all_policies(seed):
        if not play.policies or policy.name in play.policies:
            pool = hosts(play.hosts)
            memory = sum(host.memory_bytes for host in pool) / GIB
            people = Workload(seed, memory * play.sessions_per_gib)
            yield Simulator(policy, pool, people).run(play.seconds, play.settled, play.round_seconds)


def decisions(count: int, *, full: bool, rounds: int = 60) -> list[float]:
    """Milliseconds of CPU of one `choose`."""
    draw = random.Random(SEED)
    pool = hosts(count)
    for host in pool:
        host.used_bytes = host.memory_bytes if full else int(host.memory_bytes * draw.uniform(0.5, 0.9))
        host.used_cores = host.cpus * draw.uniform(0.2, 0.9)
    rooms = [host.room(DIGEST, 0.0) for host in pool]
    taken = []
    for number in range(rounds):
        need = Need(DIGEST, LIMITS, seed=str(number))
        began = time.process_time()
        choice.choose(Snapshot(0.0, TERMS, rooms), need)
        taken.append((time.process_time() - began) * 1000)
    return taken


async def figures(_: object) -> AsyncIterator[Figure]:
    """For `make bench`: a day on ten hosts beside the others, a part of one on more, and the decisions."""
    day = list(simulated(Play(10)))
    for figure in (*balance(day), *waits(day)):
        yield figure
    for figure in balance(list(simulated(PART_OF_A_DAY))):
        yield figure
    for count, target in ((1_000, 1.0), (10_000, 5.0)):
        usual, full = decisions(count, full=False), decisions(count, full=True)
        yield Figure(f"a choice among {count:,} hosts, p95", p95(usual), "ms", target)
        yield Figure(f"a choice among {count:,} hosts that are all full, p95", p95(full), "ms", target)
        for how, none in (("", False), (" that are all full", True)):
            took = statistics.median(placing.placings(count, full=none))
            yield Figure(f"a place among {count:,} hosts{how}, over Redis, p50", took, "ms", 20)


def balance(found: list[Measured]) -> Iterator[Figure]:
    """What is promised of balance and moves; ours comes first."""
    own, *others = found
    name = f"pool of {own.hosts:,} hosts"
    yield Figure(f"{name}, mean utilisation", own.mean * 100, "%")
    yield Figure(f"{name}, max ÷ mean utilisation", own.ratio, "", 1.15)
    yield Figure(f"{name}, best of others' max ÷ mean", min(other.ratio for other in others), "")
    yield Figure(f"{name}, moves a session and hour", own.moves_per_session_hour, "", 0.5)


def waits(found: list[Measured]) -> Iterator[Figure]:
    """Over a day, when the peak has come: before it hardly anybody waits, whoever chooses."""
    own, *others = found
    best = min(waited(other) for other in others)
    yield Figure(f"pool of {own.hosts:,} hosts, p99 wait for room", waited(own), "s", best / 2)
    yield Figure(f"pool of {own.hosts:,} hosts, best of others' p99 wait", best, "s")


def waited(measured: Measured, share: float = 0.99) -> float:
    """A quantile of the waits, beyond the start of a container that waited warm."""
    return max(0.0, measured.wait(share) - WARM_START_SECONDS)


def table(found: Played) -> str:
    """As Markdown."""
    lines = [
        "| hosts | policy | mean | max ÷ mean | wait p99 | wait p99.9 | cold starts | moves |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for play, several in found.items():
        for one in several:
            cold = one.cold / max(1, len(one.waits))
            lines.append(
                f"| {play.name} | {one.policy} | {one.mean:.0%} | {one.ratio:.3f} | {waited(one):.1f} s "
                f"| {waited(one, 0.999):.1f} s | {cold:.1%} | {one.moves_per_session_hour:.3f} |"
            )
    return "\n".join(lines) + "\n"


def draw(found: Played) -> dict[str, str]:
    """Each chart by its name."""
    days = [play for play in found if play.seconds == DAY_SECONDS]
    middle = found[max(days)]
    hours = max(len(one.ratios) for one in middle) / 60
    with_peak = [play for play in found if play in days or play.is_peak]
    sizes = Axis("hosts", 10, max(100, *(play.hosts for play in with_peak)), log=True)
    everyone = [one for play in with_peak for one in found[play]]
    by_policy = {one.policy: [of for of in everyone if of.policy == one.policy] for one in middle}
    speeds = {
        kind: [(n, statistics.median(decisions(n, full=kind == "all full"))) for n in (10, 100, 1000, 10_000)]
        for kind in ("usual", "all full")
    }
    return {
        "balance": chart(
            f"max ÷ mean utilisation over a (quickened) day, {middle[0].hosts:,} hosts",
            Axis("hours", 0, hours),
            Axis("max ÷ mean", 1.0, 1.8),
            {one.policy: [(n / 60, ratio) for n, ratio in enumerate(one.ratios)] for one in middle},
            1.15,
        ),
        "waits": chart(
            "p99 wait for room, of a day or at its peak",
            sizes,
            Axis("seconds (0.1: none)", 0.1, 1000, log=True),
            {name: [(one.hosts, waited(one)) for one in of] for name, of in by_policy.items()},
        ),
        "decision": chart(
            "CPU time of one choice",
            Axis("hosts", 10, 10_000, log=True),
            Axis("milliseconds", 0.01, 10, log=True),
            speeds,
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", action="store_true", help="write table and charts into the docs")
    parser.add_argument("--most", type=int, default=100)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    found: dict[Play, list[Measured]] = {}
    for play in PLAYS:
        if play.hosts <= arguments.most:
            found[play] = list(simulated(play, arguments.seed))
            print(table({play: found[play]}), flush=True)
            if arguments.docs:
                write(found)


def write(found: Played) -> None:
    """Table and charts, of what is there by now."""
    DOCS.mkdir(exist_ok=True)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + table(found) + END + rest.partition(END)[2])
    for name, svg in draw(found).items():
        (DOCS / f"{name}.svg").write_text(svg)


if __name__ == "__main__":
    main()

"""`make bench`: the table of figures, printed and written to `build/bench.json`.

python -m tests.bench [--rounds N] [figure …]
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from sandbox import toolchains
from sandbox.engine import imagebuild
from tests.bench import direct, failover, figures, language, moves, neighbours, page, sleepers, stops
from tests.bench.bare import Bare
from tests.bench.figures import Bench
from tests.bench.measure import Figure
from tests.bench.pool import report
from tests.stack import Stack

FIGURES: dict[str, Callable[[Bench], AsyncIterator[Figure]]] = {
    "output": figures.edit_to_output,
    "overhead": direct.overhead,
    "diagnostics": figures.edit_to_diagnostics,
    "language": language.answers,
    "edits": language.edits,
    "first": language.first_answer,
    "open": figures.open_to_ready,
    "oneshot": figures.one_shot,
    "memory": figures.idle_memory,
    "throughput": figures.throughput,
    "stops": stops.stops,
    "clients": figures.many_clients,
    "neighbours": neighbours.neighbours,
    "density": sleepers.density,
    "resume": sleepers.resume,
    "moves": moves.moves,
    "failover": failover.failover,
    "visit": page.first_editor,
    "typing": page.typing,
    "pool": report.figures,
}
PLAN: dict[str, Any] = {
    "sessions": 32,
    "runs": 32,
    "runs_per_minute": 10_000,
    "cpu_seconds_per_day": 100_000,
    "output_bytes": 16 * 2**20,
    "workspaces": 200,
    "sockets": 64,
    "messages_per_second": 1000,
    "message_burst": 1000,
}


async def measure(bench: Bench, names: list[str]) -> list[Figure]:
    found = []
    for name in names:
        async for figure in FIGURES[name](bench):
            print(figure, flush=True)
            found.append(figure)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="figure", help=", ".join(FIGURES))
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    image = toolchains.ensure(imagebuild.connect(), "ghc-9.6")
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack, Bare(image) as bare:
        bench = Bench(stack, bare, stack.user("bench", **PLAN), arguments.rounds)
        found = asyncio.run(measure(bench, arguments.names or list(FIGURES)))
    target = Path("build/bench.json")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([figure.as_json() for figure in found], indent=1) + "\n")
    missed = [figure.name for figure in found if not figure.holds]
    print(f"{len(found)} figures, {len(missed)} missed their target; written to {target}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())

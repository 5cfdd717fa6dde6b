"""What kind of run a `Start` asks for. Pure."""

from sandbox.agent.check import Check
from sandbox.agent.compiled import Compiled
from sandbox.agent.debug import Debugging
from sandbox.agent.insight.benchmark import Repeated
from sandbox.agent.insight.runs import Counted, Covered, CoveredTests, Profiled
from sandbox.agent.interpret import Interpret
from sandbox.agent.repl import Repl
from sandbox.agent.run import Run
from sandbox.agent.tests import Tests
from sandbox.agent.views.look import Look
from sandbox.messages import Insight, Mode, Start

MODES: dict[Mode, type[Run]] = {
    "interpret": Interpret,
    "compile": Compiled,
    "repl": Repl,
    "test": Tests,
    "check": Check,
    "debug": Debugging,
}
INSIGHTS: dict[tuple[Mode, Insight], type[Run]] = {
    ("compile", "statistics"): Counted,
    ("compile", "coverage"): Covered,
    ("test", "coverage"): CoveredTests,
    ("compile", "profile"): Profiled,
    ("compile", "benchmark"): Repeated,
}


def kind_of(start: Start) -> type[Run]:
    """Raises ValueError for an insight that the mode does not have."""
    if start.dump and start.mode == "check":
        return Look
    if start.insight is None:
        return MODES[start.mode]
    found = INSIGHTS.get((start.mode, start.insight))
    if found is None:
        raise ValueError(f"There is no {start.insight} of a run of mode {start.mode}.")
    return found

"""What GHC's runtime counted in a run: the file of `-t --machine-readable`, read strictly. Pure."""

import re

from sandbox.agent.written import NoReport
from sandbox.messages import Statistics

_PAIR = re.compile(r'\("([^"]{1,60})", "(\d{1,18}(?:\.\d{1,12})?)"\)')
_MIB = 1 << 20


def parse(text: str) -> Statistics:
    """Raises NoReport when a figure is missing."""
    found = dict(_PAIR.findall(text))

    def whole(name: str) -> int:
        return min(int(float(found[name])), 2**53)

    def seconds(name: str) -> float:
        return min(float(found[name]), 1e7)

    try:
        return Statistics(
            allocated_bytes=whole("bytes allocated"),
            peak_memory_bytes=whole("peak_megabytes_allocated") * _MIB,
            max_residency_bytes=whole("max_bytes_used"),
            average_residency_bytes=whole("average_bytes_used"),
            collections=whole("num_GCs"),
            mutator_seconds=seconds("mut_wall_seconds"),
            mutator_cpu_seconds=seconds("mut_cpu_seconds"),
            collector_seconds=seconds("GC_wall_seconds"),
            collector_cpu_seconds=seconds("GC_cpu_seconds"),
        )
    except KeyError:
        raise NoReport("GHC's runtime wrote no statistics that can be read.") from None

"""gVisor for the tests: Debian's program, by its signed archive, apart from what the machine has."""

import shutil
import tarfile
import tempfile
from pathlib import Path

from bootstrap import stamps
from bootstrap.steps import ROOT, Stop, run, step
from bootstrap.system import as_root

SUITE = "trixie"  # the one of the suite before hangs
INSIDE = "./usr/bin/runsc"
PROGRAM = ROOT / "build" / "gvisor" / "runsc"


def runtime() -> None:
    """Fetched once; where it can't be had, the tests that want it say so and are skipped."""
    stamp = PROGRAM.with_name("suite")
    if stamps.is_fresh(stamp, SUITE) and PROGRAM.exists():
        return
    try:
        with step("gVisor"), tempfile.TemporaryDirectory() as folder:
            _fetch(Path(folder) / "packages.tar")
    except (Stop, KeyError) as reason:
        print(f"  without gVisor: {reason}", flush=True)
        return
    stamps.write(stamp, SUITE)


def _fetch(archive: Path) -> None:
    """What mmdebstrap unpacks, it got by apt, which knows Debian's keys."""
    options = ("--variant=extract", "--quiet", "--include=runsc")
    run([*(as_root() or []), "mmdebstrap", *options, SUITE, str(archive)], "gvisor")
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packages:
        found = packages.extractfile(INSIDE)
        if found is None:
            raise KeyError(INSIDE)
        with found, PROGRAM.open("wb") as program:
            shutil.copyfileobj(found, program)
    PROGRAM.chmod(0o755)

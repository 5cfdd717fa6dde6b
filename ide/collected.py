"""What a run said and how it ended, for a caller who wants all of it at once. Pure."""

from dataclasses import dataclass, field

from ide.models import Run
from ide.runs import ending_of
from sandbox.messages import Finished, Output, OutputDropped, RunEvent, Started


@dataclass
class Collected:
    """Each stream up to `limit` bytes."""

    limit: int
    seq: int = 0  # after which there is more to take
    started: bool = False
    finished: Finished | None = None
    texts: dict[str, list[str]] = field(default_factory=lambda: {"stdout": [], "stderr": []})
    sizes: dict[str, int] = field(default_factory=lambda: {"stdout": 0, "stderr": 0})
    truncated: dict[str, bool] = field(default_factory=lambda: {"stdout": False, "stderr": False})

    def take(self, event: RunEvent) -> None:
        self.started |= isinstance(event, Started)
        if isinstance(event, Output):
            self._add(event)
        elif isinstance(event, OutputDropped):
            self.truncated = dict.fromkeys(self.truncated, True)
        elif isinstance(event, Finished):
            self.finished = event

    def take_row(self, run: Run) -> None:
        """What the row has of a run that Redis forgot; its output only if none was heard, as part of it."""
        self.started |= run.started_at is not None
        heard = any(self.sizes.values())
        for event in ending_of(run):
            if not (heard and isinstance(event, Output)):
                self.take(event)
        for stream, said in (("stdout", run.stdout_bytes), ("stderr", run.stderr_bytes)):
            self.truncated[stream] |= said > self.sizes[stream]
        self.seq = 0  # what Redis may say yet is counted anew

    def _add(self, output: Output) -> None:
        stream = "stderr" if output.stream == "stderr" else "stdout"
        data = output.text.encode()
        room = self.limit - self.sizes[stream]
        kept = data[: max(0, room)].decode(errors="ignore") if len(data) > room else output.text
        self.texts[stream].append(kept)
        self.sizes[stream] += len(data)
        self.truncated[stream] |= len(data) > room

    def text(self, stream: str) -> str:
        return "".join(self.texts[stream])

"""What comes out of a simulated day."""

from dataclasses import dataclass, field


@dataclass
class Measured:
    """Of one policy on one pool, after the pool was filled."""

    policy: str
    hosts: int
    ratios: list[float] = field(default_factory=list)  # max ÷ mean utilisation, a sample a minute
    means: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    moves: int = 0
    session_hours: float = 0.0
    early: int = 0  # sessions that hibernated before their time
    cold: int = 0
    refused: int = 0

    @property
    def ratio(self) -> float:
        return sum(self.ratios) / len(self.ratios)

    @property
    def mean(self) -> float:
        return sum(self.means) / len(self.means)

    def wait(self, share: float) -> float:
        """A quantile of the seconds from asking for a container until it is there."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))]

    @property
    def moves_per_session_hour(self) -> float:
        return self.moves / self.session_hours

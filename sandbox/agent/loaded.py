"""What the last load made of the workspace. Pure."""

from dataclasses import dataclass, field
from typing import Self

from sandbox.agent.compiler import own_words
from sandbox.agent.ghci import GhciStuck
from sandbox.agent.layout import Layout
from sandbox.agent.package import laid_out


@dataclass(frozen=True)
class Loaded:
    """`failure`: GHC itself failed, in a sentence."""

    layout: Layout = field(default_factory=lambda: laid_out({}))
    failure: str | None = None
    died: bool = False
    timed_out: bool = False

    @classmethod
    def not_loaded(cls, now: Layout, failure: Exception) -> Self:
        """GHC did not come to the end of it: it is stuck, died with some last words, or did not start."""
        if isinstance(failure, GhciStuck):
            return cls(now, "GHC did not finish loading the modules in time.", timed_out=True)
        if isinstance(failure, OSError):
            return cls(now, f"GHC could not be started: {failure.strerror}.", died=True)
        sentence = f"GHC ended while it was loading the modules.\n{own_words(str(failure))}".strip()
        return cls(now, sentence, died=True)

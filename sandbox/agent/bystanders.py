"""Programs that read the workspace's files while they run, such as a REPL at each `:reload`."""

import contextlib
import signal
from collections.abc import Iterator

from sandbox.agent.spawn import signal_group


class Bystanders:
    """They stand still while other texts lie in the files' places, and go on where they were."""

    def __init__(self) -> None:
        self._groups = set[int]()
        self._are_halted = False

    @contextlib.contextmanager
    def joined_by(self, group: int) -> Iterator[None]:
        """Inside, the processes of this group are among them."""
        self._groups.add(group)
        if self._are_halted:
            signal_group(group, signal.SIGSTOP)
        try:
            yield
        finally:
            self._groups.discard(group)

    @contextlib.contextmanager
    def halted(self) -> Iterator[None]:
        self._are_halted = True
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._are_halted = False
            self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        for group in self._groups:
            signal_group(group, number)

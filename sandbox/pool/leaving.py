"""Leaving the queue: what is said of a session for which nobody waits any more."""

from sandbox.messages import Finished, Status, encode

STOPPED = encode(Finished(outcome="stopped", reason="The session left the queue: nobody waits for it."))
ASLEEP = encode(Status(state="hibernated", reason="The session left the queue."))

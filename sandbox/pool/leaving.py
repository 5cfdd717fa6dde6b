"""Leaving the queue: for how long a waiting session counts as wanted, and what is said when it is not."""

from sandbox.messages import Finished, Status, encode

ATTENDED_SECONDS = 45.0  # a window that waits says so three times in this time
LEFT_SECONDS = 20.0  # who reloads the page keeps their place

STOPPED = encode(Finished(outcome="stopped", reason="The session left the queue: nobody waits for it."))
ASLEEP = encode(Status(state="hibernated", reason="The session left the queue."))

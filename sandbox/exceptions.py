"""The sandbox's own faults. A program's failure is never one of these: it is an outcome.

The docstring of a class is its message to the user; arguments, where given, replace it.
"""


class SandboxError(Exception):
    """The build service failed. Try again."""

    def __str__(self) -> str:
        return super().__str__() or (type(self).__doc__ or "")


class PoolFull(SandboxError):
    """All machines are full and so is the queue. Try again in a minute."""


class NoHost(SandboxError):
    """No machine is usable at the moment. Try again in a minute."""


class ShareUsed(NoHost):
    """Your other sessions use up your share of the machines. Close a workspace, or wait."""


class TooLarge(NoHost):
    """No machine is as large as what this session may use. Ask an administrator for a larger one."""


class UnknownRun(SandboxError):
    """There is no such run, or it ended more than ten minutes ago."""


class SessionLost(SandboxError):
    """The machine under this session went away. Your files are safe: send the request again."""


class SessionAsleep(SessionLost):
    """This session sleeps, and your files are safe: send the request again."""


class InboxFull(SandboxError):
    """Too many messages wait for this session: try again in a moment, or restart the session."""


class Unreadable(SandboxError):
    """What the session was opened with cannot be read, so it ended. Its files are safe: it starts again."""


class Fenced(SandboxError):
    """A newer relay serves this session."""


class ProtocolBreach(SandboxError):
    """The container broke the protocol and was ended."""


class HostError(SandboxError):
    """The machine's engine refused or failed."""


class EngineRefused(HostError):
    """The machine's engine answers, and does not do what it was asked."""


class EngineNonsense(HostError):
    """The machine's engine says what no engine says."""


class AlreadyClaimed(HostError):
    """Another session took this warm container first."""


class NoSuchContainer(HostError):
    """The container is gone."""

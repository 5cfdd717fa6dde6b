"""Work that takes long, as in LSP 3.17: told to clients that announced `window.workDoneProgress`."""

from ide.protocol.base import Lenient


class ProgressToken(Lenient, frozen=True):
    """A progress is about to begin; the client answers, and nobody waits for that."""

    token: str


class ProgressBegins(Lenient, frozen=True, tag_field="kind", tag="begin"):
    title: str
    cancellable: bool = False


class ProgressEnds(Lenient, frozen=True, tag_field="kind", tag="end"):
    pass


class Progress(Lenient, frozen=True):
    token: str
    value: ProgressBegins | ProgressEnds

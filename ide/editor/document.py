"""An open document, as one window's editor shows it."""

from hashlib import sha256

from sandbox.messages import Diagnostic, Edit, Published

VERSIONS = 256  # of one document, that diagnostics still find


class Document:
    """Its text, and which version of it had which text.

    An edit's number in the inbox is made of its text, so that diagnostics, which carry it back, find
    the version that the same text has in each window.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.version, self.text, self.size, self.sha256 = 0, "", 0, ""
        self.latest = True  # nobody else has saved it since our last change
        self.closed = False
        self.unmatched: Published | None = None  # diagnostics of a text that this window does not have (yet)
        self.told: list[Diagnostic] = []  # of `told_version`
        self.told_version: int | None = None
        self._versions: dict[int, int] = {}

    def put(self, version: int, text: str) -> None:
        """The editor's new text."""
        if version <= self.version:  # out of order: what is said of older texts must not pass for this one's
            older = {number: each for number, each in self._versions.items() if each < version}
            self._versions, self.told_version = older, None
        data = text.encode()
        self.version, self.text, self.size = version, text, len(data)
        self.sha256 = sha256(data).hexdigest()
        self.latest = True
        self._versions.pop(self.number, None)
        self._versions[self.number] = version
        if len(self._versions) > VERSIONS:
            del self._versions[next(iter(self._versions))]

    @property
    def number(self) -> int:
        """Names the text in the session's inbox."""
        return int(self.sha256[:12], 16)

    @property
    def edit(self) -> Edit:
        return Edit(path=self.path, version=self.number, text=self.text)

    def version_of(self, number: int) -> int | None:
        """The last version that had the text of that number."""
        return self._versions.get(number)

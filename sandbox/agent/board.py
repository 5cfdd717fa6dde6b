"""What GHC last said of each file, and who still waits to hear it."""

from collections.abc import Callable, Mapping

from sandbox.agent import diagnostics as messages
from sandbox.messages import Diagnostic, Published


class Board:
    """Publishes a file's diagnostics when they changed, and once for each edit that a load has seen."""

    def __init__(self, publish: Callable[[Published], None]) -> None:
        self._publish = publish
        self._found: dict[str, list[Diagnostic]] = {}
        self._said: dict[str, list[Diagnostic]] = {}
        self._waiting: set[str] = set()
        self._loading: set[str] = set()
        self._versions: dict[str, int] = {}

    def edited(self, path: str) -> None:
        """An editor waits for this file's diagnostics."""
        self._waiting.add(path)

    def load_begins(self, versions: Mapping[str, int]) -> None:
        """The load that begins sees these versions; edits that come later wait for the next."""
        self._loading |= self._waiting
        self._waiting = set()
        self._versions = dict(versions)

    def load_was_vain(self) -> None:
        """It was given up for a newer text: who waited waits on."""
        self._waiting |= self._loading
        self._loading = set()

    def take(
        self, report: messages.Report, contents: Mapping[str, bytes], complaints: Mapping[str, str]
    ) -> None:
        """Files that GHC compiled or complained about have new diagnostics; those of others still hold."""
        for path in report.compiled | report.found.keys():
            self._found[path] = report.found.get(path, [])
        self._found = {path: found for path, found in self._found.items() if path in contents and found}
        for path, content in contents.items():
            if path.endswith((".hs", ".lhs")) and (fault := messages.encoding_fault(path, content)):
                self._found[path] = [fault]
            elif not path.endswith((".hs", ".lhs")):
                self._found.pop(path, None)
        self.complain(complaints)

    def complain(self, complaints: Mapping[str, str]) -> None:
        """Sentences about whole files."""
        for path, sentence in complaints.items():
            self._found[path] = [messages.complaint(path, sentence)]

    def of(self, paths: set[str]) -> list[Diagnostic]:
        """What GHC last said about these files."""
        return messages.bounded(each for path in sorted(paths) for each in self._found.get(path, []))

    def answer(self) -> None:
        """Publish what changed, and what an editor waits for."""
        known = self._found.keys() | self._said.keys()
        changed = {path for path in known if self._found.get(path, []) != self._said.get(path, [])}
        for path in sorted(changed | self._loading):
            found = messages.bounded(self._found.get(path, []))
            version = self._versions.get(path)
            self._publish(Published(uri=messages.uri(path), version=version, diagnostics=found))
        self._said = dict(self._found)
        self._loading = set()

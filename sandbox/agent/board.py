"""What GHC last said of each file, and who still waits to hear it."""

from collections.abc import Callable, Mapping

from sandbox.agent import diagnostics as messages
from sandbox.agent.hlint import is_unread
from sandbox.messages import Diagnostic, Published


def without_excuses(hints: list[Diagnostic], words: list[Diagnostic]) -> list[Diagnostic]:
    """That the linter could not read the file is worth a word where GHC could."""
    return [each for each in hints if not is_unread(each)] if messages.errors(words) else hints


class Board:
    """Publishes a file's diagnostics when they changed, and once for each edit that a load has seen."""

    def __init__(self, publish: Callable[[Published], None]) -> None:
        self._publish = publish
        self.hints: Callable[[str], list[Diagnostic]] = lambda path: []  # what a linter says of an open file
        self._found: dict[
            str, list[Diagnostic]
        ] = {}  # GHC's words: they hold until it compiles the file again
        self._complaints: dict[str, Diagnostic] = {}  # ours: they hold until the next load
        self._advice: Mapping[str, list[Diagnostic]] = {}  # ours beside GHC's words, as of the last load
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
        self.complain(complaints)
        for path, content in contents.items():
            if path.endswith((".hs", ".lhs")) and (fault := messages.encoding_fault(path, content)):
                self._complaints[path] = fault

    def take_early(self, path: str, found: list[Diagnostic], advice: list[Diagnostic]) -> None:
        """GHC is done with the file, and the load goes on with others: it is told to who waits for it."""
        self._found[path] = found
        if path not in self._loading or path in self._waiting or path in self._complaints:
            return
        self._advice = {**self._advice, path: advice}
        self._loading.discard(path)
        self.refresh(path)

    def complain(self, complaints: Mapping[str, str]) -> None:
        """Sentences about whole files; those of the last load are over."""
        self._complaints = {path: messages.complaint(path, sentence) for path, sentence in complaints.items()}

    def advise(self, advice: Mapping[str, list[Diagnostic]]) -> None:
        """Hints about files, in the place of those of the load before."""
        self._advice = advice

    def of(self, paths: set[str]) -> list[Diagnostic]:
        """What GHC last said about these files."""
        now = self._now()
        return messages.bounded(each for path in sorted(paths) for each in now.get(path, []))

    def answer(self) -> None:
        """Publish what changed, and what an editor waits for."""
        now = self._with_hints(self._now())
        paths = now.keys() | self._said.keys()
        changed = {path for path in paths if now.get(path, []) != self._said.get(path, [])}
        for path in sorted(changed | self._loading):
            self._tell(path, now.get(path, []))
        self._said = now
        self._loading = set()

    def refresh(self, path: str) -> None:
        """The linter has news of the file: publish them, unless a load will do so."""
        if path not in self._waiting | self._loading:
            self._said[path] = self._with_hints(self._now()).get(path, [])
            self._tell(path, self._said[path])

    def _tell(self, path: str, found: list[Diagnostic]) -> None:
        version = self._versions.get(path)
        self._publish(Published(uri=messages.uri(path), version=version, diagnostics=messages.bounded(found)))

    def _with_hints(self, found: dict[str, list[Diagnostic]]) -> dict[str, list[Diagnostic]]:
        hints = {
            path: told
            for path in self._versions
            if (told := without_excuses(self.hints(path), found.get(path, [])))
        }
        every = found | {path: found.get(path, []) + told for path, told in hints.items()}
        return every | {path: every.get(path, []) + told for path, told in self._advice.items()}

    def _now(self) -> dict[str, list[Diagnostic]]:
        """A complaint stands for all of its file."""
        return self._found | {path: [complaint] for path, complaint in self._complaints.items()}

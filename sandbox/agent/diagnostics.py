"""GHC's JSON messages → diagnostics with exact ranges. Pure."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sandbox.limits import DIAGNOSTICS, MESSAGE_BYTES
from sandbox.messages import Diagnostic, Position, Range

ERROR, WARNING, INFORMATION = 1, 2, 3
_COMPILING = re.compile(r"\[ *\d+ of +\d+\] Compiling (\S+) +\( ([^,]+),")
_CODE = re.compile(r"GHC-\d+")
_FLAG = re.compile(r"Opt_Warn(\w+)")
_DEFERRED = {"DeferredTypeErrors", "DeferredOutOfScopeVariables", "TypedHoles"}
_FILE_IN_CYCLE = re.compile(r"\(([^()]+\.l?hs)\)")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Lines = Callable[[str], list[str]]  # a file's lines, by path


@dataclass
class Report:
    """What one run of GHC said: which files it compiled, and about which it complained."""

    compiled: set[str]
    found: dict[str, list[Diagnostic]]
    rest: str  # what was no message: GHC's own words, what Template Haskell printed

    @property
    def flat(self) -> list[Diagnostic]:
        return bounded(message for path in sorted(self.found) for message in self.found[path])


def parse(output: str, lines: Lines, fallback: str) -> Report:
    """All messages in GHC's output; those that name no file go to `fallback`."""
    report = Report(set(), {}, "")
    rest: list[str] = []
    for line in output.split("\n"):
        message = _message(line)
        if message is None:
            rest.append(line)
        elif compiling := _COMPILING.match(message["doc"]):
            report.compiled.add(normal(compiling[2]))
        elif message["messageClass"].startswith(("MCDiagnostic", "MCFatal")):
            for path, diagnostic in _diagnostics(message, lines, fallback):
                report.found.setdefault(path, []).append(diagnostic)
    report.rest = "\n".join(rest)
    return report


def bounded(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Errors before warnings, at most as many as one load may have; what is cut is said."""
    found = sorted(diagnostics, key=lambda each: each.severity)
    if len(found) <= DIAGNOSTICS:
        return found
    kept = found[: DIAGNOSTICS - 1]
    last = found[-1]
    note = f"{len(found) - len(kept)} more messages are not shown."
    return [*kept, Diagnostic(last.uri, last.range, INFORMATION, None, "ghc", note)]


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [each for each in diagnostics if each.severity == ERROR]


def uri(path: str) -> str:
    return f"file:///work/{path}"


def normal(path: str) -> str:
    """A path as the manifest writes it."""
    return path.removeprefix("/work/").removeprefix("./")


def complaint(path: str, message: str, code: str | None = None) -> Diagnostic:
    """An error about a whole file."""
    start = Position(0, 0)
    return Diagnostic(uri(path), Range(start, start), ERROR, code, "ghc", message)


def encoding_fault(path: str, content: bytes) -> Diagnostic | None:
    """What to say of a source that is not UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        before = content[: fault.start]
        line = before.count(b"\n")
        place = Position(line, len(before) - (before.rfind(b"\n") + 1))
        byte = f"byte 0x{content[fault.start]:02X} in line {line + 1}"
        message = f"{path} is not UTF-8 text: {byte}. Save it as UTF-8."
        return Diagnostic(uri(path), Range(place, place), ERROR, None, "ghc", message)
    return None


def _message(line: str) -> dict[str, str] | None:
    if not line.startswith('{"span":'):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("doc"), str):
        return None
    return found if isinstance(found.get("messageClass"), str) else None


def _diagnostics(
    message: Mapping[str, object], lines: Lines, fallback: str
) -> Iterator[tuple[str, Diagnostic]]:
    text = _cut(str(message["doc"]))
    kind = str(message["messageClass"])
    span = message["span"]
    if not isinstance(span, dict):
        if "SevWarning" in kind:
            return  # of the command line, which is ours
        for path in _files_of(text) or [fallback]:
            place = _import_place(path, text, lines)
            yield path, Diagnostic(uri(path), place, ERROR, _code(kind), "ghc", text)
        return
    path = normal(str(span["file"]))
    yield path, Diagnostic(uri(path), _range(span, lines(path)), _severity(kind), _code(kind), "ghc", text)


def _cut(text: str) -> str:
    encoded = text.encode(errors="replace")
    return (
        text if len(encoded) <= MESSAGE_BYTES else encoded[: MESSAGE_BYTES - 8].decode(errors="ignore") + " …"
    )


def _severity(kind: str) -> int:
    flag = _FLAG.search(kind)
    if "SevError" in kind or kind.startswith("MCFatal") or (flag and flag[1] in _DEFERRED):
        return ERROR
    return WARNING


def _code(kind: str) -> str | None:
    """GHC's code, or the flag of a warning that has none."""
    if code := _CODE.search(kind):
        return code[0]
    flag = _FLAG.search(kind)
    return "-W" + _WORD.sub("-", flag[1]).lower() if flag else None


def _files_of(text: str) -> list[str]:
    return sorted({normal(path) for path in _FILE_IN_CYCLE.findall(text)})


def _import_place(path: str, text: str, lines: Lines) -> Range:
    """The import in `path` of a module that the message names; else the file's start."""
    for number, line in enumerate(lines(path)):
        imported = re.match(r"\s*import\s+(?:qualified\s+)?([\w.']+)", line)
        if imported and f"\u2018{imported[1]}\u2019" in text:
            return Range(Position(number, 0), Position(number, _units(line)))
    return Range(Position(0, 0), Position(0, 0))


def _range(span: dict[str, object], lines: list[str]) -> Range:
    start = _position(span.get("startLine"), span.get("startCol"), lines)
    end = _position(span.get("endLine"), span.get("endCol"), lines)
    return Range(start, max(start, end, key=lambda place: (place.line, place.character)))


def _position(line: object, column: object, lines: list[str]) -> Position:
    """GHC's one-based line and column → zero-based line and UTF-16 character."""
    row = max(int(line) - 1, 0) if isinstance(line, int) else 0
    target = max(int(column) - 1, 0) if isinstance(column, int) else 0
    if row >= len(lines):
        return Position(row, 0 if not lines else target)
    return Position(row, _character(lines[row], target))


def _character(line: str, column: int) -> int:
    """GHC counts code points, and a tab reaches to the next multiple of eight."""
    seen = units = 0
    for letter in line:
        if seen >= column:
            break
        seen = (seen // 8 + 1) * 8 if letter == "\t" else seen + 1
        units += 2 if ord(letter) > 0xFFFF else 1
    return units


def _units(text: str) -> int:
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text)

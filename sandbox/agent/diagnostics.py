"""GHC's JSON messages → diagnostics with exact ranges. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import msgspec

from sandbox.agent import grammar
from sandbox.agent.positions import FARTHEST, Span, range_of, utf16_units
from sandbox.limits import DIAGNOSTICS, FRAME_BYTES, MESSAGE_BYTES
from sandbox.messages import DecodeError, Diagnostic, Position, Range, encode
from sandbox.spelling import MODULE_NAME

DIAGNOSTICS_BYTES = FRAME_BYTES // 2  # of one frame, as JSON
CUT = "\n… This is not the whole message: the REPL prints all of it when it loads the file."

ERROR, WARNING, INFORMATION = 1, 2, 3
CODE = 64  # characters of a diagnostic's code
_COMPILING = re.compile(r"\[ *\d+ of +\d+\] Compiling (\S+) +\( ([^,]+),")
_CODE = re.compile(r"GHC-\d+")
_FLAG = re.compile(r"Opt_Warn(\w+)")
_DEFERRED = {"DeferredTypeErrors", "DeferredOutOfScopeVariables", "TypedHoles"}
_QUOTED = re.compile(
    r"compile-time code:\s+(?P<path>[^\s:]+\.l?hs):(?P<line>\d{1,9}):(?P<column>\d{1,9}): error"
)
_CODE_RUN = re.compile(r"compile-time code:\n.*^Code: (.*)\Z", re.DOTALL | re.MULTILINE)
_FILE_IN_CYCLE = re.compile(r"\(([^()]+\.l?hs)\)")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Lines = Callable[[str], list[str]]  # a file's lines, by path


class Message(msgspec.Struct, rename="camel"):
    """One line of `-ddump-json`; a splice may print any such line."""

    span: Span | None
    doc: str
    message_class: str


_decode = msgspec.json.Decoder(Message).decode


@dataclass
class Report:
    """What one run of GHC said: which files it compiled, and about which it complained."""

    compiled: set[str]
    found: dict[str, list[Diagnostic]]
    rest: str  # what was no message: GHC's own words, what Template Haskell printed
    failed: set[str] = field(default_factory=set)  # those of them that GHC could not compile at all
    unparsed: set[str] = field(default_factory=set)  # and of these what does not parse

    @property
    def flat(self) -> list[Diagnostic]:
        return bounded(message for path in sorted(self.found) for message in self.found[path])


def parse(output: str, lines: Lines, fallback: str, sources: Collection[str] | None = None) -> Report:
    """All messages in GHC's output; those that name no file go to `fallback`.

    What is in no file of `sources` (CPP and LINE pragmas say anything) is told of the file that GHC compiles.
    """
    report = Report(set(), {}, "")
    rest: list[str] = []
    current = fallback
    for message in _messages(output, rest):
        if compiling := _COMPILING.match(message.doc):
            current = normal(compiling[2])
            report.compiled.add(current)
        elif message.message_class == "MCInfo":
            rest.append(message.doc)  # what the linker said
        elif message.message_class.startswith(("MCDiagnostic", "MCFatal")):
            for path, diagnostic in _diagnostics(message, lines, fallback):
                if sources is not None and path not in sources:
                    told = current if current in sources else fallback
                    path, diagnostic = told, _moved(diagnostic, path, told)
                if "SevError" in message.message_class or message.message_class.startswith("MCFatal"):
                    report.failed.add(path)
                    if diagnostic.code in grammar.CODES:
                        report.unparsed.add(path)
                report.found.setdefault(path, []).append(_cut(diagnostic, CUT))
    report.rest = "\n".join(rest)
    return report


def compiled_path(line: bytes) -> str | None:
    """The file of the module that this line names as the next to be compiled."""
    if b"Compiling" not in line:
        return None
    _, message = _message(line.decode(errors="replace"))
    compiling = message and _COMPILING.match(message.doc)
    return normal(compiling[2]) if compiling else None


def bounded(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Errors before warnings, at most as many as one frame may have; what is cut is said."""
    found = sorted(map(_cut, diagnostics), key=lambda each: each.severity)
    sizes = accumulate(len(encode(each)) for each in found)
    fitting = sum(size <= DIAGNOSTICS_BYTES for size in sizes)
    if len(found) <= min(DIAGNOSTICS, fitting):
        return found
    kept = found[: min(DIAGNOSTICS - 1, fitting)]
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
    return _cut(Diagnostic(uri(path), Range(start, start), ERROR, code, "ghc", message))


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


def _messages(output: str, rest: list[str]) -> Iterator[Message]:
    """What is none goes to `rest`."""
    for line in output.split("\n"):
        printed, message = _message(line)
        if printed or message is None:
            rest.append(printed)
        if message:
            yield message


def _message(line: str) -> tuple[str, Message | None]:
    """What a splice printed without ending its line, and GHC's message behind it."""
    printed, start, rest = line.partition('{"span":')
    try:
        return (printed, _decode(start + rest)) if start else (line, None)
    except (DecodeError, RecursionError):
        return line, None


def _diagnostics(message: Message, lines: Lines, fallback: str) -> Iterator[tuple[str, Diagnostic]]:
    text, kind, span = message.doc, message.message_class, message.span
    if span is None:
        if "SevWarning" in kind:
            return  # of the command line, which is ours
        for path in _files_of(text) or [fallback]:
            place = import_place(lines(path), lambda module: f"\u2018{module}\u2019" in text)
            yield path, Diagnostic(uri(path), place, ERROR, _code(kind), "ghc", text)
        return
    path, place = normal(span.file), range_of(span, lines(normal(span.file)))
    if _is_nowhere(span):
        path, place = _quoted_place(text, lines) or (path, _code_place(text, lines(path)) or place)
    yield path, Diagnostic(uri(path), place, _severity(kind), _code(kind), "ghc", text)


def _is_nowhere(span: Span) -> bool:
    """What GHC says of a whole file, and of a splice at the top level."""
    return (span.start_line, span.start_col) == (span.end_line, span.end_col) == (1, 1)


def _moved(diagnostic: Diagnostic, place: str, path: str) -> Diagnostic:
    """The same words about a whole file, with the place that GHC named."""
    line = diagnostic.range.start.line + 1
    start = Position(0, 0)
    message = f"{place[:200]}:{line}: {diagnostic.message}"
    return msgspec.structs.replace(diagnostic, uri=uri(path), range=Range(start, start), message=message)


def _cut(diagnostic: Diagnostic, note: str = "…") -> Diagnostic:
    """With no more words than a message may have; the note says that there were others."""
    encoded = diagnostic.message.encode(errors="replace")
    if len(encoded) <= MESSAGE_BYTES:
        return diagnostic
    kept = encoded[: MESSAGE_BYTES - len(note.encode())].decode(errors="ignore")
    return msgspec.structs.replace(diagnostic, message=kept + note)


def _severity(kind: str) -> int:
    flag = _FLAG.search(kind)
    if "SevError" in kind or kind.startswith("MCFatal") or (flag and flag[1] in _DEFERRED):
        return ERROR
    return WARNING


def _code(kind: str) -> str | None:
    """GHC's code, or the flag of a warning that has none; a splice may print any."""
    if code := _CODE.search(kind):
        return code[0][:CODE]
    flag = _FLAG.search(kind)
    return ("-W" + _WORD.sub("-", flag[1]).lower())[:CODE] if flag else None


def _files_of(text: str) -> list[str]:
    return sorted({normal(path) for path in _FILE_IN_CYCLE.findall(text)})


def _quoted_place(text: str, lines: Lines) -> tuple[str, Range] | None:
    """Where the message lies that GHC quotes in this one, of a splice that did not run; to its line's end."""
    quoted = _QUOTED.search(text)
    if quoted is None:
        return None
    path, line = normal(quoted["path"]), int(quoted["line"])
    return path, range_of(Span(path, line, int(quoted["column"]), line, FARTHEST), lines(path))


def _code_place(text: str, lines: list[str]) -> Range | None:
    """The first line that is the splice's code as the message shows it: one that ended with an exception."""
    code = _CODE_RUN.search(text)
    if code is None:
        return None
    fitting = (number for number, line in enumerate(lines) if line.rstrip() == code[1])
    number = next(fitting, None)
    return None if number is None else Range(Position(number, 0), Position(number, utf16_units(code[1])))


def import_place(lines: list[str], fits: Callable[[str], bool]) -> Range:
    """The first import of a module that fits; else the file's start."""
    for number, line in enumerate(lines):
        imported = re.match(rf"\s*import\s+(?:qualified\s+)?({MODULE_NAME})", line)
        if imported and fits(imported[1]):
            return Range(Position(number, 0), Position(number, utf16_units(line)))
    return Range(Position(0, 0), Position(0, 0))

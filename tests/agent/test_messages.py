"""GHC's JSON lines become diagnostics."""

import json
import time

import msgspec
import pytest

from sandbox.agent.diagnostics import CUT, Report, bounded, complaint, encoding_fault, parse
from sandbox.agent.said import lines_of
from sandbox.limits import DIAGNOSTICS, FRAME_BYTES, MESSAGE_BYTES
from sandbox.messages import Diagnostic, Position, Range, encode

DEFERRED = "MCDiagnostic SevWarning WarningWithFlag Opt_WarnDeferredTypeErrors Just GHC-83865"
UNUSED = "MCDiagnostic SevWarning WarningWithFlag Opt_WarnUnusedImports Nothing"
ERROR = "MCDiagnostic SevError ErrorWithoutFlag Just GHC-58481"


def said(kind: str, line: int, start: int, end: int, doc: str = "words", file: str = "Main.hs") -> str:
    span = {"file": file, "startLine": line, "startCol": start, "endLine": line, "endCol": end}
    return json.dumps({"span": span, "doc": doc, "messageClass": kind})


def read(*lines: str, source: str = "") -> Report:
    return parse("\n".join(lines), lambda path: source.split("\n"), "Main.hs")


def test_a_deferred_type_error_is_an_error_with_its_code() -> None:
    [found] = read(said(DEFERRED, 2, 5, 8), source="main = x\nx = 'a'").found["Main.hs"]
    assert (found.severity, found.code, found.uri) == (1, "GHC-83865", "file:///work/Main.hs")
    assert found.range == Range(Position(1, 4), Position(1, 7))


def test_a_warning_without_a_code_names_its_flag() -> None:
    [found] = read(said(UNUSED, 1, 1, 2), source="ab").found["Main.hs"]
    assert (found.severity, found.code) == (2, "-Wunused-imports")


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    [found] = read(said(ERROR, 1, 4, 5), source='"\U0001f600" x').found["Main.hs"]
    assert found.range == Range(Position(0, 4), Position(0, 5))


def test_a_tab_reaches_to_the_next_multiple_of_eight() -> None:
    [found] = read(said(ERROR, 1, 9, 14), source="\twhere\tc").found["Main.hs"]
    assert found.range == Range(Position(0, 1), Position(0, 6))


def test_a_splice_that_ended_with_an_exception_is_told_where_its_code_stands() -> None:
    why = "  no\nCallStack (from HasCallStack):\n  error, called at Other.hs:1:1 in main:Main\n"
    doc = f"Exception when trying to run compile-time code:\n{why}Code: make ''T"
    [found] = read(said(ERROR, 1, 1, 1, doc), source="module Main where\nmake ''T \n").found["Main.hs"]
    assert found.range == Range(Position(1, 0), Position(1, 8))
    [nowhere] = read(said(ERROR, 1, 1, 1, doc), source="module Main where").found["Main.hs"]
    assert nowhere.range == Range(Position(0, 0), Position(0, 0))


@pytest.mark.parametrize("line", ["a b ", "\tab ", "λ\U0001f600 ", "a\n"])
def test_many_messages_about_a_large_file_take_time_with_their_number_and_no_more(line: str) -> None:
    def seconds(count: int) -> float:
        source = line * (64 * count)
        about = [said(UNUSED, 1, 4 * number + 1, 4 * number + 3) for number in range(count)]
        lines = lines_of({"Main.hs": source.encode()})
        began = time.process_time()
        assert len(parse("\n".join(about), lines, "Main.hs").found["Main.hs"]) == count
        return time.process_time() - began

    assert seconds(2000) < 0.05 + 8 * seconds(500)


def test_a_range_beyond_the_text_stays_a_range() -> None:
    [found] = read(said(ERROR, 9, 4, 2), source="x").found["Main.hs"]
    assert found.range.start.line == 9 - 1
    assert found.range.end == found.range.start


def test_a_splice_that_did_not_run_is_told_where_it_stands() -> None:
    doc = (
        "Exception when trying to run compile-time code:\n  Main.hs:2:3: error: [GHC-88464]\n"
        "    • Variable not in scope: f\n(deferred type error)\nCode: f"
    )
    [found] = read(said(ERROR, 1, 1, 1, doc), source="module Main where\n$(f 1)").found["Main.hs"]
    assert found.range == Range(Position(1, 2), Position(1, 6))
    [elsewhere] = read(said(ERROR, 1, 1, 1, doc.replace("Main.hs", "./T.hs"))).found["T.hs"]
    assert (elsewhere.uri, elsewhere.range.start) == ("file:///work/T.hs", Position(1, 2))
    [whole] = read(said(ERROR, 1, 1, 1, "no main")).found["Main.hs"]
    assert whole.range.start == Position(0, 0)


def test_files_that_were_compiled_are_known_even_without_a_message() -> None:
    line = json.dumps(
        {
            "span": None,
            "doc": "[1 of 2] Compiling Foo ( src/Foo.hs, interpreted )",
            "messageClass": "MCOutput",
        }
    )
    report = read(line, "Ok, one module loaded.")
    assert (report.compiled, report.found, report.rest) == ({"src/Foo.hs"}, {}, "Ok, one module loaded.")


def test_a_message_counts_also_behind_what_a_splice_printed_without_ending_its_line() -> None:
    doc = "[1 of 2] Compiling Foo ( src/Foo.hs, interpreted )"
    line = json.dumps({"span": None, "doc": doc, "messageClass": "MCOutput"})
    report = read(f"printed: {line}", "Ok, one module loaded.")
    assert (report.compiled, report.rest) == ({"src/Foo.hs"}, "printed: \nOk, one module loaded.")


def test_a_cycle_is_told_to_every_file_in_it_at_its_import() -> None:
    doc = (
        "Module graph contains a cycle:\n  module \u2018B\u2019 (B.hs)\n  imports module \u2018A\u2019 (A.hs)"
    )
    line = json.dumps({"span": None, "doc": doc, "messageClass": "MCFatal"})
    sources = {"A.hs": ["module A where", "import B"], "B.hs": ["module B where", "import A"]}
    found = parse(line, sources.__getitem__, "Main.hs").found
    assert {path: [each.range.start.line for each in faults] for path, faults in found.items()} == {
        "A.hs": [1],
        "B.hs": [1],
    }


def test_a_warning_about_the_command_line_is_nobodys() -> None:
    kind = "MCDiagnostic SevWarning WarningWithFlags Opt_WarnDeprecatedFlags :| [] Just GHC-53692"
    line = json.dumps({"span": None, "doc": "-ddump-json is deprecated", "messageClass": kind})
    assert read(line).found == {}


def test_what_a_program_prints_is_no_message() -> None:
    forged = ['{"span":', '{"span":1}', '{"span":null,"doc":7,"messageClass":"MCFatal"}', "\x00\ufffd"]
    assert read(*forged).found == {}


def test_a_long_message_and_many_messages_are_cut_and_said() -> None:
    [found] = read(said(ERROR, 1, 1, 1, doc="\u2018" * MESSAGE_BYTES)).found["Main.hs"]
    assert len(found.message.encode()) <= MESSAGE_BYTES
    assert found.message.endswith("\u2018" + CUT)
    many = bounded(complaint("Main.hs", str(number)) for number in range(DIAGNOSTICS + 7))
    assert len(many) == DIAGNOSTICS
    assert many[-1].message == "8 more messages are not shown."


def test_words_of_ours_are_cut_too() -> None:
    long = complaint("package.yaml", "x" * MESSAGE_BYTES + "λ")
    assert long.message == "x" * (MESSAGE_BYTES - 3) + "…"
    advice = msgspec.structs.replace(long, message="x" * (MESSAGE_BYTES + 1))
    assert bounded([advice]) == [long]


def test_whatever_a_splice_prints_is_a_diagnostic_of_a_file_that_is_there() -> None:
    path = f"{'x' * 3000}.hs"
    forged = [
        json.dumps({"span": None, "doc": f"[1 of 2] Compiling X ( {path}, x )", "messageClass": "MCOutput"}),
        said(f"MCDiagnostic SevError Just GHC-{'1' * 3000}", 1, 1, 1, file=path),
        said(f"MCDiagnostic SevWarning WarningWithFlag Opt_Warn{'X' * 3000}", 1, 1, 1, file=path),
    ]
    report = parse("\n".join(forged), lambda path: [], "Main.hs", {"Main.hs"})
    assert len(report.found["Main.hs"]) == 2
    for each in report.flat:
        msgspec.json.decode(encode(each), type=Diagnostic)


def test_a_long_message_that_names_another_file_is_cut_once() -> None:
    line = said(ERROR, 7, 1, 1, doc="x" * (MESSAGE_BYTES - 3), file="Elsewhere.hs")
    [found] = parse(line, lambda path: [], "Main.hs", {"Main.hs"}).found["Main.hs"]
    assert found.message.startswith("Elsewhere.hs:7: xxx")
    assert found.message.endswith("x" + CUT)
    assert len(found.message) <= MESSAGE_BYTES


def test_a_file_that_is_not_utf8_is_told_where() -> None:
    fault = encoding_fault("Main.hs", "x = 1\ny = '\xe9'\n".encode("latin-1"))
    assert fault is not None
    assert fault.message == "Main.hs is not UTF-8 text: byte 0xE9 in line 2. Save it as UTF-8."
    assert fault.range.start == Position(1, 5)
    assert encoding_fault("Main.hs", "\u00e9".encode()) is None


@pytest.mark.parametrize("file", ["/etc/passwd", "../../x", "x" * 3000, "", "no/such.hs"])
def test_a_message_about_no_file_of_ours_is_told_of_the_one_that_is_compiled(file: str) -> None:
    line = json.dumps(
        {"span": None, "doc": "[1 of 1] Compiling M ( src/M.hs, interpreted )", "messageClass": ""}
    )
    report = parse(f"{line}\n{said(ERROR, 7, 1, 2, file=file)}", lambda path: [], "Main.hs", {"src/M.hs"})
    [found] = report.found["src/M.hs"]
    assert (found.uri, found.range.start) == ("file:///work/src/M.hs", Position(0, 0))
    assert found.message == f"{file[:200]}:7: words"


def test_a_place_is_no_further_than_an_editor_can_count() -> None:
    [found] = read(said(ERROR, 10**30, 10**30, 10**30)).found["Main.hs"]
    assert found.range.start == Position(2**31 - 1, 2**31 - 1)


@pytest.mark.parametrize(
    "line",
    [
        '{"span":{"startLine":1},"doc":"x","messageClass":"MCFatal"}',
        '{"span":null,"doc":"\\ud800","messageClass":"MCFatal"}',
        '{"span":' + "[" * 100_000,
        '{"span":null,"x":' + "[" * 100_000,
        '{"span":{"file":1},"doc":"x","messageClass":"MCFatal"}',
    ],
)
def test_what_only_looks_like_a_message_is_none(line: str) -> None:
    report = read(line)
    assert (report.found, report.rest) == ({}, line)


def test_what_is_told_fits_a_frame() -> None:
    found = bounded(complaint("Main.hs", "x" * MESSAGE_BYTES) for _ in range(100))
    assert sum(len(encode(each)) for each in found) < FRAME_BYTES
    assert found[-1].message == f"{101 - len(found)} more messages are not shown."

"""GHC's words by module, however they are cut."""

import json

import pytest

from sandbox.agent.hearing import MODULE_BYTES, Hearing


def line(doc: str, kind: str = "MCOutput") -> bytes:
    return json.dumps({"span": None, "doc": doc, "messageClass": kind}).encode() + b"\n"


def compiling(number: int, module: str) -> bytes:
    return line(f"[{number} of 3] Compiling {module:16} ( {module}.hs, interpreted )")


WORDS = [
    compiling(1, "A"),
    line("about A"),
    b"printed\n",
    compiling(2, "B"),
    compiling(3, "C"),
    line("about C"),
]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_a_module_is_done_when_the_next_is_named(size: int) -> None:
    heard: list[tuple[str, str]] = []
    hearing = Hearing(lambda path, said: heard.append((path, said)))
    said = b"".join(WORDS)
    for start in range(0, len(said), size):
        hearing(said[start : start + size])
    assert heard == [("A.hs", b"".join(WORDS[:3]).decode()), ("B.hs", WORDS[3].decode())]


def test_a_module_that_says_too_much_is_not_told_early() -> None:
    heard: list[tuple[str, str]] = []
    hearing = Hearing(lambda path, said: heard.append((path, said)))
    for data in (compiling(1, "A"), *[b"x" * 65_536] * (MODULE_BYTES // 65_536 + 1), b"\nx\n", *WORDS[3:]):
        hearing(data)
    assert heard == [("B.hs", WORDS[3].decode())]


def test_what_was_said_before_any_module_is_part_of_each_ones() -> None:
    heard: list[tuple[str, str]] = []
    hearing = Hearing(lambda path, said: heard.append((path, said)))
    hearing(line("an unknown flag in A.hs") + b"".join(WORDS))
    assert [said.count("unknown flag") for _, said in heard] == [1, 1]

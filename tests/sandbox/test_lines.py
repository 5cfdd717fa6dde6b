"""Lines come out whole however the stream is cut, and none is ever longer than its bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.exceptions import ProtocolBreach
from sandbox.relay.lines import Lines


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line)), st.integers(1, 30))
def test_lines_come_whole_however_they_are_cut(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    splitter = Lines(20)
    got = [
        line for start in range(0, len(stream), size) for line in splitter.feed(stream[start : start + size])
    ]
    assert got == [line for line in lines if line]


@pytest.mark.parametrize("chunk", [b"x" * 11, b"x" * 11 + b"\n", b"x" * 11 + b"\nok\n"])
def test_a_line_over_the_bound_is_a_breach(chunk: bytes) -> None:
    splitter = Lines(20)
    splitter.feed(b"x" * 10)
    with pytest.raises(ProtocolBreach):
        splitter.feed(chunk)

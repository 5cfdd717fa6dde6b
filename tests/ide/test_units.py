import pytest
from hypothesis import given
from hypothesis import strategies as st

from ide import units


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (512 * 1024, "512 KiB"),
        (2**20, "1 MiB"),
        (2**30, "1 GiB"),
        (3 * 2**29, "1.5 GiB"),
    ],
)
def test_sizes_are_shown_in_the_unit_that_fits(count: int, shown: str) -> None:
    assert units.size(count) == shown
    assert units.parse_size(shown) == count


@pytest.mark.parametrize(
    ("text", "count"), [("512m", 2**29), (" 1.5 GiB ", 3 * 2**29), ("2048", 2048), ("1 kb", 1024)]
)
def test_sizes_are_read_as_people_write_them(text: str, count: int) -> None:
    assert units.parse_size(text) == count


@pytest.mark.parametrize("text", ["", "x", "-1", "1 TiB", "1..5 GiB", "NaN", "GiB", "9" * 400, "٣ MiB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a size"):
        units.parse_size(text)


@given(st.integers(min_value=0, max_value=2**50))
def test_every_size_can_be_shown(count: int) -> None:
    assert units.size(count).split()[1] in ("bytes", "KiB", "MiB", "GiB")


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 s"),
        (0.00001, "1 ms"),
        (0.25, "250 ms"),
        (1.25, "1.2 s"),
        (59, "59 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (3600, "1 h"),
        (3725, "1 h 2 min 5 s"),
    ],
)
def test_times_are_shown_in_words(count: float, shown: str) -> None:
    assert units.seconds(count) == shown

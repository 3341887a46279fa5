"""Numbers as people write them."""

import pytest

from app.runs.formatting import integer, number, percent, seconds


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (0.69314718, "0.6931"),
        (0.00418, "0.00418"),
        (0.000439, "4.4·10⁻⁴"),
        (6.98e-5, "7.0·10⁻⁵"),
        (9.96e-5, "1.0·10⁻⁴"),
        (1834.4, "1\u202f834"),
        (-1.5e9, "−1.5·10⁹"),
        (1.0, "1.00"),
        (45.67, "45.7"),
        (3e-310, "3.0·10⁻³¹⁰"),
    ],
)
def test_numbers_are_formatted_for_readers(value: float, written: str) -> None:
    assert number(value) == written


def test_times_and_shares_have_units_on_the_same_line() -> None:
    written = [seconds(value) for value in (8e-5, 0.012, 2.4, 600, 9400, 1e6, 1e10)]
    written += [percent(value) for value in (0, 0.004, 0.69, 0.995, 1)]
    assert [words.replace("\u00a0", " ") for words in written] == [
        "80 µs",
        "12 ms",
        "2.4 s",
        "10 minutes",
        "2.6 hours",
        "12 days",
        "320 years",
        "0 %",
        "0.4 %",
        "69 %",
        "99.5 %",
        "100 %",
    ]
    assert not any(" " in words for words in written)
    assert integer(71_436_700_944) == "71\u202f436\u202f700\u202f944"

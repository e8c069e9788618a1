"""clfalert's thresholds: exact numbers, and none that takes long to be made."""

from fractions import Fraction
from time import process_time

import pytest

from clfalert.options import label, rate


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("10", 10),
        ("0", 0),
        ("0.1", Fraction(1, 10)),
        ("1/3", Fraction(1, 3)),
        ("1e-5", Fraction(1, 10**5)),
        ("1E9", 10**9),
    ],
)
def test_a_rate_is_exact(text: str, exact: Fraction) -> None:
    assert rate(text) == exact


@pytest.mark.parametrize(
    "text", ["0.1", "1/3", "1." + "7" * 38, "1.234567890123456789012345678901e-40"]
)
def test_a_rate_is_read_again_from_its_fraction(text: str) -> None:
    """As clfmon passes it on."""
    assert rate(str(rate(text))) == rate(text)


@pytest.mark.parametrize("text", ["x", "", "-1", "1e10", "1/0", "nan", "inf", "1_", "9" * 4_000])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number of requests per second"):
        rate(text)


@pytest.mark.parametrize("text", ["1e99999999", "1e-9999999", "0e99999999 ", "1e+999999999"])
def test_a_number_of_millions_of_digits_is_never_made(text: str) -> None:
    """The exact value of each takes seconds."""
    began = process_time()
    with pytest.raises(ValueError, match="no number of requests per second"):
        rate(text)
    assert process_time() - began < 0.5


@pytest.mark.parametrize("text", ["web1", " ", "/var/log/a, ...", '"\\', "П" * 100, "x" * 200])
def test_a_label_is_any_printable_text(text: str) -> None:
    assert label(text) == text


@pytest.mark.parametrize("text", ["", "a\n", "\x1b[m", "\u202e", "\udc80", "П" * 101, "x" * 201])
def test_what_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a label is printable text of 1 to 200 bytes$"):
        label(text)

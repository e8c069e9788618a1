"""The values of a field as a part holds them."""

from clfparse.counting.table import amount, trimmed


def test_amounts_past_64_bits_are_strings() -> None:
    assert (amount((1 << 63) - 1), amount(1 << 63)) == ((1 << 63) - 1, "9223372036854775808")


def test_rows_are_trimmed() -> None:
    assert trimmed(["/", 1, 0, 0, {}, 0]) == ["/", 1]
    assert trimmed(["", 1, 0, 2, {}, 0]) == ["", 1, 0, 2]

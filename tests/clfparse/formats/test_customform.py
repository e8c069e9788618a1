"""clfparse.formats.customform: lines in bulk give what they give one by one, and are read so."""

import json
import random

import pytest
from bothways import CLF, NEXT, both_ways, format_of
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from spelled import COMBINED, COMMON, DIRECTIVES, PIECE, SPELLED, drawn, plain_line
from streams import read_line

from clfparse.events.hit import Run
from clfparse.record import ALWAYS

# Names whose lines are those of a format that is spelled here.
NAMED = {
    "common": COMMON,
    "combined": COMBINED,
    "vhost_common": "%v:%p " + COMMON,
    "vhost_combined": "%v:%p " + COMBINED,
    "nginx": COMBINED + ' "-"',
}


def changed(line: bytes, rng: random.Random) -> bytes:
    """Return the line, or one with a byte that does not belong there."""
    at = rng.randrange(len(line) + 1) if rng.random() < 0.5 else len(line)
    byte = rng.choice([b"", b" ", b'"', b"0", b"\\", b"x", b"\t", b"\r", b" x"])
    return line[:at] + byte + line[at + 1 :] if rng.random() < 0.2 else line


@pytest.mark.parametrize("form", SPELLED.values(), ids=SPELLED)
def test_fast_and_slow_ways_agree(form: str) -> None:
    """Byte for byte, and with the same rejects, on plain lines and odd ones side by side."""

    @max_examples(40)
    @given(st.integers(1, 8), st.integers())
    def agree(number: int, seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311 - not for secrets
        block = [changed(drawn(form, rng, 0.9), rng) for _ in range(number)]
        both_ways(format_of(form), b"".join(line + b"\n" for line in block))

    agree()


@pytest.mark.parametrize("host", ["192.0.2.1", "web1"])
@pytest.mark.parametrize(
    "user", ["jane", "django:", "13:55:36", "|", "a|b", "a|", "a - b", "- -", "[x"]
)
@pytest.mark.parametrize("form", ['%h %l %u %t "%r" %>s %b', '%h %l <%u> %t "%r" %>s %b'])
def test_what_is_no_user_is_none_among_plain_lines(form: str, user: str, host: str) -> None:
    """Whether it stands in front of the client depends on the client."""
    rest = ' [10/Oct/2023:13:55:36 +0000] "GET /a HTTP/1.1" 200 1\n'
    shown = form.partition(" %t")[0].replace("%l", "-")
    usual = shown.replace("%h", "192.0.2.7").replace("%u", "-") + rest
    odd = shown.replace("%h", host).replace("%u", user) + rest
    both_ways(format_of(form), (usual + odd + usual).encode())


@pytest.mark.parametrize("form", SPELLED.values(), ids=SPELLED)
def test_each_variant_among_plain_lines(form: str) -> None:
    """Each odd text in each place, alone and between plain lines."""
    directives = [piece[0] for piece in PIECE.finditer(form)]
    literals = PIECE.split(form)
    usual = [DIRECTIVES[directive][0] for directive in directives]

    def line(texts: list[str]) -> bytes:
        parts = [part for pair in zip(literals, [*texts, ""], strict=True) for part in pair]
        return "".join(parts).encode() + b"\n"

    lines = [line(usual)]
    for place, directive in enumerate(directives):
        for text in DIRECTIVES[directive]:
            lines += [line([*usual[:place], text, *usual[place + 1 :]]), line(usual)]
    block = b"".join(lines)
    both_ways(format_of(form), block)
    for each in lines[1::2]:
        both_ways(format_of(form), each)
    # The order that clfstats' fast way relies on: what it knows, then the rest as in the format.
    for record in both_ways(format_of(form), line(usual)).splitlines():
        fields = [*json.loads(record)]
        known = [field for field in [*ALWAYS, *NEXT] if field in fields]
        assert fields[: len(known)] == known
        assert fields[: len(ALWAYS)] == ALWAYS


@pytest.mark.parametrize(
    ("form", "written"),
    [*NAMED.items(), *zip(SPELLED.values(), SPELLED.values(), strict=True)],
    ids=[*NAMED, *SPELLED],
)
def test_plain_lines_take_the_fast_way(form: str, written: str) -> None:
    """Without this, all would be right and nothing fast; and so it is for clfstats."""
    line = plain_line(written)
    forms = format_of(form).forms()
    if written != SPELLED["numbers pasted, last"]:  # which nobody can tell apart
        assert any(form.pattern.fullmatch(f"\n{line}".encode()) for form in forms)
    if record := both_ways(format_of(form), f"{line}\n".encode()):
        run = read_line(record[:-1])
        assert isinstance(run, Run)
        assert run.lines == [record[:-1]]


ENDS = [
    ("%t %b\r", b"[%b] 5", b"\r"),
    ("%t %b \r", b"[%b] 5 ", b"\r"),
    ("%t \r %b", b"[%b] \r 5", b"\r"),
    ("%t/%U", b"[%b]//a", b""),
    ("%t %U/%b", b"[%b] /a/5", b""),
    ("%t %U#%b", b"[%b] /a#5", b"#6"),
    ("%t %U%q?%b", b"[%b] /a?b?5", b""),
    ('%t "%r/%b', b'[%b] "GET /a HTTP/1.1/5', b""),
    ("%t %rP%b", b"[%b] GET /a HTTP/1.1P5", b""),
    ("%t %r %b", b"[%b] GET /a HTTP/1.1 5", b" HTTP/1.1 5"),
    ("%t %{X}i\udcd0 %u", b"[%b] x\xd0\x9f\xd0 u", b""),
]


@pytest.mark.parametrize(("form", "line", "added"), ENDS)
def test_where_values_end(form: str, line: bytes, added: bytes) -> None:
    """What ends a value may be in it, or the carriage return of a line that ends in one more."""
    line = line.replace(b"%b", CLF.encode())
    for text in (line, line + added, line + added + added, line + b"\r", line + b" "):
        both_ways(format_of(form), text + b"\n")


def test_no_format_takes_two_lines_for_one() -> None:
    """A break inside of a value, or of what a pattern takes, never joins two lines."""
    for form, written in [*NAMED.items(), *((form, form) for form in SPELLED.values())]:
        line = plain_line(written)
        for at in range(len(line)):
            both_ways(format_of(form), f"{line[:at]}\n{line[at + 1 :]}\n".encode())

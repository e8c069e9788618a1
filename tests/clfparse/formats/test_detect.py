"""clfparse.formats.detect: names, pasted directives, and what is wrong with a format."""

import json
import os
import random
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from bothways import CLF, GET, NOTHING, REQUEST, TIME, format_of, read_both, refusal
from hypothesis import given
from hypothesis import strategies as st
from profiles import max_examples
from spelled import COMBINED, COMMON, drawn
from typer.testing import CliRunner

from clfparse.cli import app
from clfparse.formats.grammar import parse as parse_stock
from clfparse.record import Refused
from clfparse.values.kinds import FormatError

# A directive as it stands in a configuration, a line, and what of the record is not null.
PASTED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "LogFormat": (r'LogFormat "%h %t \"%r\"" mine', f'h [{CLF}] "{REQUEST}"', {"host": "h"} | GET),
    "LogFormat, no name": ('  logformat  "%h %t"  ', f"h [{CLF}]", {"host": "h"}),
    "without the directive": (r"%h %t \"%r\"", f'h [{CLF}] "{REQUEST}"', {"host": "h"} | GET),
    "log_format": (
        "log_format main '$remote_addr [$time_local] '\n    '\"$request\"';\n",
        f'h [{CLF}] "{REQUEST}"',
        {"host": "h"} | GET,
    ),
    "log_format in double quotes": (
        r"""log_format main escape=default "$remote_addr '[$time_local]'" " \"$request\"" """,
        f"""h '[{CLF}]' "{REQUEST}\"""",
        {"host": "h"} | GET,
    ),
    "log_format with escapes": (
        r"""log_format main '$remote_addr\t\'$time_local\'\\';""",
        f"h\t'{CLF}'\\",
        {"host": "h"},
    ),
    "server.xml": (
        "%h %t &quot;%r&quot; &quot;%{Referer}i&quot;",
        f'h [{CLF}] "{REQUEST}" "-"',
        {"host": "h", "referer": None} | GET,
    ),
    "gunicorn": (
        """%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(L)s 50%%""",
        f'h - - [{CLF}] "{REQUEST}" 200 7 "-" "curl" 0.25 50%',
        {"host": "h", "status": 200, "user_agent": "curl", "duration": 0.25} | GET,
    ),
    "gunicorn with headers": (
        "%(t)s %(h)s %({x-request-id}i)s %({content-type}o)s %({wsgi.url_scheme}e)s",
        f"[{CLF}] h 7f text/html https",
        {"header_x_request_id": "7f", "response_header_content_type": "text/html"},
    ),
}


@pytest.mark.parametrize(("form", "line", "fields"), PASTED.values(), ids=PASTED)
def test_pasted_directives(form: str, line: str, fields: dict[str, Any]) -> None:
    record = read_both(form, line)
    assert record
    assert record["time"] == TIME
    assert {field: record[field] for field in fields} == fields


# A format with the place at fault marked, and the beginning of what is said.
BAD = {
    "»": "neither a name (auto, alb, ",
    "»nope": "neither a name (",
    "»%h %b": "no time in it: every record needs one",
    "»$remote_addr": "no time in it: every record needs one",
    "»%h %{end:sec}t": "no time in it: every record needs one",
    "%h »%Z %t": "%Z is no directive that is known here",
    "%h »%{x}q %t": "%{x}q is no directive that is known here",
    "%t »%{}i": "%{}i is no directive that is known here",
    "%t »%!200,304{x}T": "%!200,304{x}T is no directive that is known here",
    "%t »%{min}T": "%{min}T is no directive that is known here",
    "%t »%i": "%i is no directive that is known here",
    "%h »% %t": "no directive; a percent sign is %%",
    "%h %t »%": "no directive; a percent sign is %%",
    "%t »%{Referer": "no directive; a percent sign is %%",
    "%t 50»% ": "no directive; a percent sign is %%",
    "%v»%u %t": "nothing stands between %v and %u: where does one end?",
    "$time_local $host»$args": "nothing stands between $host and $args: where does one end?",
    "$time_local »$": "'$' begins no variable",
    "$time_local »${x": "'$' begins no variable",
    "$time_local »${}": "'$' begins no variable",
    "»$é $time_local": "'$' begins no variable",
    "%h %{»%Q}t": "a time's %Q cannot be read back",
    "%h %{%d »%Q}t": "a time's %Q cannot be read back",
    "%h %{begin:%d»%}t": "a time's % cannot be read back",
    "%h %{end:%d»%j}t": "a time's %j cannot be read back",
    "%h »%{%H:%M}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h »%{%F}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h »%{word}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h »%{%F %I:%M}t": "the time is not whole: a day, an hour and a minute are needed",
    "%h %{%F}t »%u %{%T}t": "the parts of a time must stand beside each other",
    "%t»\\n%h": "a line break in it: each line is read by itself",
    "%t»\n%h": "a line break in it: each line is read by itself",
    "%(t)s »%(z)s": "%(z)s is no directive of gunicorn's",
    "%(t)s »%(message)s": "%(message)s is no directive of gunicorn's",
    "%(t)s »%(h)d": "% is no directive of gunicorn's",
    # What others' syntax is taken for, by what stands there most
    "%h »%^[%d:%t %^]": "GoAccess's syntax, not Apache's: use the format string of the server",
    "»%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm": "Squid's syntax, not Apache's: for its default",
    "[»%START_TIME%] %PROTOCOL% %DURATION%": "Envoy's syntax, not Apache's: for its default",
    "»%ci:%cp [%tr] %ft %b/%s %ST": "HAProxy's syntax, not Apache's: for its default format, try",
}
AROUND = {
    # In a directive that was pasted with all that is around it
    'LogFormat "%h »%Z %t" mine': "%Z is no directive that is known here",
    'LogFormat "%{»%Q}t" mine': "a time's %Q cannot be read back",
    'LogFormat "»x" mine': "neither a name (",
    "log_format m '$remote_addr '\n  '$time_local »$ ';": "'$' begins no variable",
    "log_format m '»$remote_addr '\n  '$status ';": "no time in it: every record needs one",
    # What a terminal must not act on is shown escaped, and the place is still right
    "\t\x1b[31m%h »%Z %t": "%Z is no directive that is known here",
    "\u202e%h »%Z %t": "%Z is no directive that is known here",
    "\udcff%h »%Z %t": "%Z is no directive that is known here",
}


@pytest.mark.parametrize(("marked", "message"), (BAD | AROUND).items())
def test_bad_format(marked: str, message: str) -> None:
    """What is wrong is named, and its place in the format, whatever stands around that."""
    before, _, after = marked.partition("»")
    with pytest.raises(FormatError) as error:
        format_of(before + after)
    assert str(error.value).startswith(message)
    assert error.value.at == len(before)


@pytest.mark.parametrize(("marked", "message"), [*list(BAD.items())[:2], *AROUND.items()])
def test_bad_format_in_the_command(marked: str, message: str) -> None:
    """Status 2, and a caret under the place; nothing is read, nothing a terminal would act on."""
    before, _, after = marked.partition("»")
    result = CliRunner().invoke(app, ["--format", before + after])
    assert result.exit_code == 2
    assert result.stdout == ""
    said, shown, caret = result.stderr.split("\n")[-4:-1]
    assert message in said
    assert caret.strip() == "^"
    if before.isprintable() and after.isprintable():
        assert shown == f"  {before}{after}"
        assert caret.index("^") == 2 + len(before)
    else:
        assert shown.isprintable()
        rest = after.replace("\n", r"\n")
        assert shown[caret.index("^") :].startswith(rest)


def test_command() -> None:
    """The command reads as the function does."""
    form, line, fields = PASTED["log_format"]
    run = subprocess.run(
        [sys.executable, "-P", "-m", "clfparse", "--format", form],
        input=f"{line}\nx\n".encode(),
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(run.stdout) == NOTHING | fields
    messages = run.stderr.decode().split("\n")
    assert messages[0] == ("clfparse: line 2: at the end: expected ' [': 'x'")


def test_bad_format_in_a_process() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "clfparse", "--format", b"\xff%h %Z"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.endswith(b"\n  \\udcff%h %Z\n           ^\n")


LINE = f'192.0.2.1 - - [{CLF}] "GET / HTTP/1.1" 200 5'
LINES = {
    "common": LINE,
    "combined": f'{LINE} "-" "curl/8.5"',
    "vhost_common": f"a.example:80 {LINE}",
    "vhost_combined": f'a.example:80 {LINE} "-" "curl/8.5"',
}
NO_AGENT, AN_AGENT = "no referer and user agent at the end", "a referer and user agent at the end"
NO_VHOST, A_VHOST = "no virtual host before the line", "a virtual host before the line"
NAMED = {
    "common": [None, AN_AGENT, A_VHOST, A_VHOST],
    "combined": [NO_AGENT, None, A_VHOST, A_VHOST],
    "vhost_common": [NO_VHOST, NO_VHOST, None, AN_AGENT],
    "vhost_combined": [NO_VHOST, NO_VHOST, NO_AGENT, None],
    "nginx": [NO_AGENT, None, A_VHOST, A_VHOST],
}


@pytest.mark.parametrize("name", NAMED)
def test_a_name_takes_its_own_lines(name: str) -> None:
    """Those of the other stock formats are refused, with the reason; plain or not."""
    for line, reason in zip(LINES.values(), NAMED[name], strict=True):
        for odd in (line, line.replace("GET", "get")):
            if reason:
                assert refusal(name, odd) == f"not {name}: {reason}"
            else:
                assert read_both(name, odd) == parse_stock(odd.encode())
                assert refusal(name, odd + " 0.1") == f"not {name}: more fields at the end"
                main = f'{odd} "10.0.0.9"'
                if name == "nginx":
                    assert read_both(name, main) == parse_stock(main.encode())
                else:
                    assert refusal(name, main) == f"not {name}: more fields at the end"
    assert refusal(name, "x").startswith("no time such as ")


@max_examples(300)
@given(st.sampled_from([COMMON, COMBINED]), st.integers())
def test_a_stock_format_reads_as_the_stock_grammar_does(form: str, seed: int) -> None:
    """Spelled out, common and combined are read as without --format, where both can."""
    line = drawn(form, random.Random(seed), 0.8)  # noqa: S311 - not for secrets
    with suppress(Refused):
        stock = parse_stock(line)
        same = ("referer" in stock) == (form == COMBINED)
        empty = line.startswith(b" ") or b"  " in line  # a text here, and nothing at all there
        if same and not empty and not {"vhost", "extra"} & stock.keys():
            assert format_of(form).parse(line) == stock

"""What clfparse exports for other programs."""

import subprocess
import sys

import pytest

import clfparse

LINE = b'::1 - - [07/Feb/2019:21:11:00 +0100] "GET /a/b?c HTTP/1.1" 200 9'
RECORD = (
    b'{"time":"2019-02-07T21:11:00+01:00","host":"::1","ident":null,"user":null,"method":"GET",'
    b'"path":"/a/b","query":"c","protocol":"HTTP/1.1","status":200,"bytes":9,"section":"/a"}\n'
)
ALERT = (
    b'{"type":"alert","state":"triggered","time":"2019-02-07T21:11:00+01:00","hits":1,"rate":1.0,'
    b'"threshold":0.5,"window":1,"message":"High traffic"}\n'
)


def test_every_name_is_there() -> None:
    assert set(clfparse.__all__) <= set(dir(clfparse))
    for name in clfparse.__all__:
        assert getattr(clfparse, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        clfparse.nothing  # noqa: B018 - asking for it is what fails


def test_a_line_is_parsed() -> None:
    assert clfparse.parse(LINE)["section"] == "/a"
    with pytest.raises(clfparse.Refused):
        clfparse.parse(b"odd")
    with pytest.raises(clfparse.FormatError):
        clfparse.format_of("%h")  # no time


def test_records_are_read() -> None:
    """Alerts between them are left out; a last newline may be missing."""
    records = [*clfparse.read_records([RECORD, ALERT, RECORD.removesuffix(b"\n")])]
    assert records == [clfparse.parse(LINE)] * 2


@pytest.mark.parametrize("line", [b"odd\n", RECORD[:-9], b"{}\n"])
def test_what_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(clfparse.Refused, match=r"^\w"):
        list(clfparse.read_records([line]))


def test_an_import_costs_nothing(clean: dict[str, str]) -> None:
    """What a name needs is imported when it is asked for."""
    code = "import sys, clfparse; print(*(name for name in sys.modules if 'clfparse.' in name))"
    done = subprocess.run([sys.executable, "-P", "-c", code], env=clean, stdout=-1, check=True)
    assert done.stdout == b"\n"

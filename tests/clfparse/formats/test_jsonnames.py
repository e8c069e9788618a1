"""clfparse.formats.jsonnames, jsonhost, jsonunits: how fields are called, and are written."""

from typing import Any

import pytest
from jsonlogs import parse

from clfparse.values.times import instant

TIME = "2024-03-01T07:08:09+00:00"
EPOCH = 1709276889
GET = {"method": "GET", "path": "/shop/cart"}


STATUS = (
    "status statusCode status_code status-code StatusCode http_status http_status_code httpStatus"
    " response_code responseCode response_status responseStatus http.response.status_code"
    " response.status res.statusCode HTTP_STATUS code http_code rsp_status sc-status response"
)


@pytest.mark.parametrize("name", STATUS.split())
@pytest.mark.parametrize("status", [503, "503"])
def test_names_of_a_status(name: str, status: object) -> None:
    record = parse({"time": TIME, **GET, name: status})
    assert record["status"] == 503
    assert not any("503" in str(record[key]) for key in record if key != "status")


@pytest.mark.parametrize("code", [0, 7, 99, 600, "OK", 200.5, True, None, {"a": 1}, [200]])
def test_a_code_of_something_else(code: object) -> None:
    assert parse({"time": TIME, **GET, "code": code})["status"] is None


# The value of a field, and the host that comes of it.
HOSTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "a port": ({"remote_addr": "192.0.2.7:80"}, "192.0.2.7"),
    "a port, IPv6": ({"remoteAddress": "[2001:db8::7]:80"}, "2001:db8::7"),
    "a zone": ({"client_ip": "fe80::7%eth0"}, "fe80::7%eth0"),
    "Java's": ({"remoteAddress": "/192.0.2.7:5000"}, "192.0.2.7"),
    "a name": ({"remote_host": "a.example"}, "a.example"),
    "a local socket": ({"remote_addr": "unix:"}, "unix:"),
    "Go's local socket": ({"remote_addr": "@"}, None),
    "a list": ({"client_ip": "192.0.2.7, 10.0.0.1"}, "192.0.2.7"),
    "an array": ({"sourceIPs": ["192.0.2.7:5", "10.0.0.1"]}, "192.0.2.7"),
    "no address": ({"client_ip": "a b"}, None),
    "a time of day": ({"remote_addr": "07:08:09"}, None),
    "a number": ({"client": 7}, None),
    "a program": ({"client": "app"}, None),
    "empty": ({"remote_addr": "", "host": "192.0.2.9"}, None),
    "forwarded": ({"http_x_forwarded_for": "192.0.2.7:443, 10.0.0.1"}, "192.0.2.7"),
    "forwarded, IPv6": ({"xff": "[2001:db8::7]:443"}, "2001:db8::7"),
    "forwarded, the site by address": (
        {"host": "192.0.2.9", "http_x_forwarded_for": "192.0.2.7"},
        "192.0.2.7",
    ),
    "forwarded, unknown": ({"X-Forwarded-For": "unknown, 192.0.2.7"}, "192.0.2.7"),
    "forwarded, nothing": ({"x_forwarded_for": "-"}, None),
    "forwarded, in headers": (
        {"req": {"headers": {"x-forwarded-for": "192.0.2.7, 10.0.0.1"}}},
        "192.0.2.7",
    ),
    "forwarded, in lists": (
        {"request": {"headers": {"X-Forwarded-For": ["192.0.2.7, 10.0.0.1"]}}},
        "192.0.2.7",
    ),
    "Cloudflare's": ({"cf_connecting_ip": "192.0.2.7"}, "192.0.2.7"),
    "a proxy's, and forwarded": (
        {"remote_addr": "192.0.2.8", "x_forwarded_for": "192.0.2.7"},
        "192.0.2.8",
    ),
    "nobody, and forwarded": ({"remote_addr": None, "x_forwarded_for": "192.0.2.7"}, None),
}


@pytest.mark.parametrize(("fields", "host"), HOSTS.values(), ids=HOSTS)
def test_hosts(fields: dict[str, Any], host: str | None) -> None:
    assert parse({"time": TIME, **GET, **fields})["host"] == host


def test_what_is_no_client_stays() -> None:
    record = parse({"time": TIME, **GET, "client_ip": "a b", "x_forwarded_for": "192.0.2.7"})
    assert (record["client_ip"], record["x_forwarded_for"]) == ("a b", "192.0.2.7")


NO_HEADERS = (
    "http_status_text http_version_major http_method_name http_code_class http_response_code_text"
    " http_request_id http_protocol_version http_scheme http_response_size_b request_Version"
    " request_ID request_Body"
)
HEADERS = {
    "http_accept": "header_accept",
    "http_x_request_id": "header_x_request_id",
    "HTTP_ACCEPT_LANGUAGE": "header_accept_language",
    "http_cf_ray": "header_cf_ray",
    "http_content_length": "header_content_length",
    "request_Content-Type": "header_content_type",
    "sent_http_etag": "response_header_etag",
    "downstream_Vary": "response_header_vary",
}


def test_headers() -> None:
    fields = dict.fromkeys([*NO_HEADERS.split(), *HEADERS], "x")
    record = parse({"time": TIME, **GET, **fields})
    assert [name for name in record if "header_" in name] == list(HEADERS.values())
    assert all(record[name] == "x" for name in NO_HEADERS.split())


DURATIONS: list[tuple[dict[str, Any], float | None]] = [
    ({"duration": 12}, None),
    ({"duration": 0.5}, None),
    ({"latency": "12"}, None),
    ({"elapsed": 1.5}, None),
    ({"response_time": 12}, None),
    ({"responseTime": 12}, None),
    ({"request_time": 12}, None),
    ({"duration": 0}, 0),
    ({"duration": "26ms"}, 0.026),
    ({"duration": "1.2s"}, 1.2),
    ({"elapsed": "310µs"}, 0.00031),
    ({"response_time": "18.2 ms"}, 0.0182),
    ({"request_time": 0.605}, 0.605),
    ({"response_time": 0.605, "http_user_agent": "x"}, 0.605),
    ({"response_time": 0.6051, "http_user_agent": "x"}, None),
    ({"request_time_ms": 12}, 0.012),
    ({"elapsedMillis": 12}, 0.012),
    ({"responseTimeMs": 12}, 0.012),
    ({"durationSeconds": 12}, 12),
    ({"latency_usec": 12}, 0.000012),
    ({"duration-nanos": 12}, 1.2e-08),
    ({"duration": 12, "duration_ms": 7}, 0.007),
    ({"duration_ms": -1}, None),
    ({"request_time": 1709276889000, "status": 200}, None),
]


@pytest.mark.parametrize(("fields", "duration"), DURATIONS, ids=str)
def test_durations(fields: dict[str, Any], duration: float | None) -> None:
    """A number of which nothing says the unit is no duration, but 0."""
    assert parse({"time": TIME, **GET, **fields}).get("duration") == duration


TIMES = {
    "start_time": "2024-03-01T07:08:09.187Z",
    "requestTime": "01/Mar/2024:07:08:09 +0000",
    "request_time": "2024-03-01T08:08:09.478269717+01:00",
    "started_at": EPOCH * 1000,
    "startedAt": str(EPOCH * 1000),
    "date": "2024-03-01 07:08:09 +0000",
    "Date": "Fri, 01 Mar 2024 07:08:09 GMT",
    "dateTime": "2024-03-01T07:08:09",
    "eventTime": "2024-03-01T07:08:09Z",
    "logged_at": "2024-03-01T07:08:09Z",
    "asctime": "2024-03-01 07:08:09,187",
    "local_time": "[01/Mar/2024:07:08:09 +0000]",
    "EdgeStartTimestamp": "2024-03-01T07:08:09Z",
    "@t": "2024-03-01T07:08:09.1234567Z",
    "TS": EPOCH * 10**6,
    "time": "Fri Mar  1 07:08:09 2024",
}


@pytest.mark.parametrize("name", TIMES)
def test_names_of_a_time(name: str) -> None:
    record = parse({name: TIMES[name], **GET})
    assert instant(record["time"]).second == EPOCH
    later = {"time": "2024-03-01T07:08:20Z"} if name in ("start_time", "started_at") else {}
    assert instant(parse({name: TIMES[name], **GET, **later})["time"]).second == EPOCH
    ingested = {"receiveTimestamp": "2024-03-01T07:08:20Z", "ingest_time": EPOCH + 20}
    assert instant(parse({**ingested, name: TIMES[name], **GET})["time"]).second == EPOCH


def test_a_date_and_a_time_apart() -> None:
    fields = {"c-ip": "192.0.2.7", "cs-method": "GET", "cs-uri-stem": "/shop/cart"}
    fields |= {"sc-status": "200", "x-edge-location": "A", "time-taken": "0.012", "cs(Host)": "a"}
    record = parse({"date": TIME[:10], "time": "07:08:09", **fields, "cs(User-Agent)": "curl"})
    assert record["time"] == TIME
    assert (record["host"], record["status"], record["duration"]) == ("192.0.2.7", 200, 0.012)
    assert (record["server"], record["user_agent"]) == ("a", "curl")

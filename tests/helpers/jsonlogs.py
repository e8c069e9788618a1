"""Objects that JSON logs may hold: what Caddy writes, and any other."""

from hypothesis import strategies as st

from clfparse.formats.jsonfields import NAMES

TIME = {"time": "2018-05-09T16:00:39Z"}
GET = {**TIME, "method": "GET", "path": "/a/b"}

CADDY = {
    "level": "info",
    "ts": 1709276889.5046275,
    "logger": "http.log.access.log0",
    "msg": "handled request",
    "request": {
        "remote_ip": "10.0.0.2",
        "remote_port": "41342",
        "client_ip": "192.0.2.7",
        "proto": "HTTP/2.0",
        "method": "GET",
        "host": "www.example.com:8443",
        "uri": "/shop/cart?id=7",
        "headers": {
            "User-Agent": ["curl/8.5"],
            "Accept-Encoding": ["gzip", "br"],
            "Type": ["alert"],
        },
        "tls": {"resumed": False, "version": 772},
    },
    "bytes_read": 3,
    "user_id": "",
    "duration": 0.000929675,
    "size": 10900,
    "status": 200,
    "resp_headers": {"Server": ["Caddy"], "Content-Type": ["text/html"]},
}

KNOWN = sorted({name for names in NAMES.values() for name in names.split()})
KEYS = st.sampled_from([*KNOWN, "request", "type", "json_type", "json_request"]) | st.text()
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["-", "GET / HTTP/1.1", "GET -", "- -", "[::1]:8", "a:1", "1h", "5, -"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)

"""What JSON logs call the fields of a record, whatever the case and the separators.

Names are those of Caddy, nginx's variables, Traefik, Envoy and Istio, HAProxy's, Apache's and
gunicorn's recipes, Kong, APISIX, Tomcat's and Jetty's valves, logback-access, Rails (lograge,
GitLab), node's (pino, bunyan, morgan, winston), Go's (Echo, chi, zerolog), .NET's (Serilog), the
Elastic Common Schema, Kubernetes' audit log, MinIO, and of the clouds: Cloudflare's Logpush,
Google's load balancer, API Gateway, Azure.
"""

import re

from clfparse.formats import remembered

# In the order of the record. The first that can be read is taken: a server's own names before
# general ones, a request's time before that of its line. ``request.uri`` is the "uri" in an object
# "request", and `canonical` makes the same of ``request_uri``.
NAMES = {
    "time": "time_iso8601 time_local StartLocal StartUTC start_time started_at"
    " requestReceivedTimestamp EdgeStartTimestamp request_timestamp requestTimeEpoch event.start"
    " time_start request_start request_start_time timestamp_ms reqTimeSec"
    " time timestamp @timestamp ts datetime msec date date_time local_time event_time logged_at"
    " asctime request_date created_at @t t request_time EdgeEndTimestamp end_time",
    "host": "request.client_ip request.remote_ip request.remote_addr request.remote_address"
    " remote_addr ClientHost ClientAddr client_ip remote_ip ip client client_addr"
    " client_address remote_address source.ip source.address src_ip request.ip downstream_remote"
    " downstream_remote_address downstream_direct_remote_address c_ip ip_address peer_address"
    " peer_ip identity.source_ip network.client.ip net.peer.ip net.sock.peer.addr source_ips cli_ip"
    " remote_host remote host",
    "ident": "ident",
    "user": "user_id remote_user ClientUsername user username auth auth_user cs_username"
    " user_object.name user_object.username",
    "method": "request_method method http_method request_http_method"
    " ClientRequestMethod cs_method verb",
    "path": "request_uri RequestPath requested_uri request_url uri path url.original url.path"
    " url.full url requested_url request_target ClientRequestURI ClientRequestPath cs_uri_stem"
    " original_url full_path uri_path raw_path resource_path http_target http_url http_path"
    " http_uri endpoint target",
    "query": "args query_string query url.query request_query request_query_string request_args"
    " cs_uri_query http_query ClientRequestQuery query_str",
    "protocol": "server_protocol request.proto RequestProtocol protocol proto http_version"
    " http_protocol ClientRequestProtocol request_http_version version"
    " cs_protocol_version cs_version",
    "status": "status DownstreamStatus status_code response_status http_status response_code"
    " http_status_code http_code response_status_code response.status.code request.status"
    " EdgeResponseStatus EdgeResponseStatusCode elb_status_code sc_status final_status response"
    " code",
    "bytes": "body_bytes_sent size DownstreamContentSize bytes response_size bytes_out bytes_sent"
    " response_length response_bytes response_body_size response_body_bytes response_body_length"
    " body_size body_bytes EdgeResponseBytes sc_bytes bytes_written sent_bytes tx_bytes resp_size"
    " sent"
    " response_content_length content_length",
    "duration": "request_time duration latencies.request event.duration latency_human latency"
    " elapsed elapsed_time response_time request_duration response_duration response_latency"
    " request_latency request_elapsed response_elapsed request_time_taken time_taken took"
    " time_to_response total_time time_total time_elapsed process_time processing_time"
    " handling_time execution_time total_duration tt ta run_time upstream_request_time",
    "referer": "http_referer request_referer referer referrer request_referrer http_referrer"
    " ClientRequestReferer cs_referer",
    "user_agent": "http_user_agent request_user_agent user_agent agent ua user_agent.original"
    " client_ua ClientRequestUserAgent cs_user_agent",
    "bytes_in": "request_length bytes_read RequestContentSize bytes_in request_size bytes_received"
    " request_bytes request_body_bytes request_body_size ClientRequestBytes cs_bytes"
    " received_bytes",
    "upstream_duration": "upstream_response_time OriginDuration upstream_time latencies.proxy"
    " upstream_service_time x_envoy_upstream_service_time upstream_latency integration_latency"
    " OriginResponseTime",
    "server": "request.host server_name RequestHost vhost http_host host authority"
    " ClientRequestHost virtual_host url.domain domain_name cs_host request.hostname x_host_header",
    "port": "server_port RequestPort s_port port",
}

# What proxies say of the client: a list of addresses, it first. These are headers, and stay.
FORWARDED = (
    *("X-Forwarded-For", "x-forwarded-for", "Cf-Connecting-Ip", "cf-connecting-ip"),
    *("True-Client-Ip", "true-client-ip", "X-Real-Ip", "x-real-ip", "X-Client-Ip", "x-client-ip"),
)
# Headers that are fields, where an object holds all headers: as HTTP/1 and HTTP/2 spell them.
HEADER_FIELDS = {
    "referer": ("Referer", "referer"),
    "user_agent": ("User-Agent", "user-agent"),
    "server": ("Host", "host", ":authority"),
}

# Units of a duration, in a second, by what stands at the end of its name.
UNITS = {
    10**3: "ms msec msecs millis milliseconds millisecond inms",
    10**6: "us usec usecs micros microseconds microsecond",
    10**9: "ns nsec nanos nanoseconds nanosecond inns",
    1: "s sec secs seconds second",
}
_TIMED = (
    "duration latency elapsed elapsed_time response_time request_time request_duration"
    " response_duration request_latency response_latency time_taken took total_time process_time"
    " processing_time time request_elapsed response_elapsed total_duration run_time execution_time"
    " backend_response_time time_to_response time_elapsed handling_time http_duration"
    " total processing request response"
)
_UPSTREAM = (
    "upstream_response_time upstream_duration upstream_latency upstream_time upstream_service_time"
    " backend_time backend_latency OriginResponseTime OriginResponseDuration"
)
_NO_UNIT = {"times"}  # but a word of its own

# Objects whose members are fields: how these are called. Where that is nothing, they are called
# as beside the object, and it holds a method, a path or a status.
_AROUND = (
    "meta",
    "properties",
    "state",
    "fields",
    "attributes",
    "access",
    "api",
    "payload",
    "proxy",
)
OBJECTS = {
    **{name: f"{name}." for name in ("url", "source", "client", "event", "latencies", "identity")},
    **{name: f"{name}." for name in ("request", "response", "http", "network", "net")},
    "useragent": "user_agent.",
    "networkclient": "network.client.",
    "responsestatus": "response.status.",
    "responsebody": "response.body.",
    "requestbody": "request.body.",
    "user": "user_object.",
    **dict.fromkeys(_AROUND, ""),
}
HEADER_OBJECTS = {"headers": "header_", "requestheaders": "header_"}
HEADER_OBJECTS |= {"responseheaders": "response_header_"}

# Lines of a request as a whole: METHOD target PROTOCOL.
REQUEST_LINES = ("request", "requestline", "requestedurl", "requestfirstline")

_HEAD = re.compile(
    r"""
    (?i: http (?= [-_.\x20]? re[qs] ) )? [-_.@\x20]*  # HTTP's, said once more
    ( (?i: request | response | req | resp? | rsp ) )  # of which side
    (?= [-_.@\x20A-Z\[] | \Z )  # as a word
    """,
    re.VERBOSE,
)
_SEPARATORS = str.maketrans("", "", "-_.@: ()[]")


def _canonical(name: str) -> str:
    """Return what a name has in common with its other spellings.

    ``httpRequest.requestMethod``, ``http.request.method``, ``req.method`` and ``request_method``
    are "requestmethod".
    """
    head = _HEAD.match(name)
    if not head:
        return name.lower().translate(_SEPARATORS)
    side = "request" if head[1][2] in "qQ" else "response"
    rest = name[head.end() :].lower().translate(_SEPARATORS)
    return rest if rest.startswith(("request", "response")) else side + rest


CANONICAL = remembered.Remembered(_canonical, len, remembered.NAMES, remembered.LONGEST_NAME)


def _united(stems: str, taken: set[str]) -> dict[str, int]:
    """Return names that end with a unit, and how many of that make a second."""
    return {
        name: per_second
        for per_second, units in UNITS.items()
        for stem in stems.split()
        for unit in units.split()
        if (name := _canonical(f"{stem}_{unit}")) not in taken
    }


KEYS = {field: [*dict.fromkeys(map(_canonical, names.split()))] for field, names in NAMES.items()}
PER_SECOND = _united(_TIMED, _NO_UNIT), _united(_UPSTREAM, _NO_UNIT)
FORWARDED_KEYS = {
    f"{before}{key}"
    for key in ("xff", "forwardedfor", *map(_canonical, FORWARDED))
    for before in ("", "http", "request", "header", "requestheaders")
}
KEYS["duration"] += PER_SECOND[0]
KEYS["upstream_duration"] += PER_SECOND[1]

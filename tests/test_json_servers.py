"""`clfparse --format json` on the lines of servers, frameworks, load balancers and collectors."""

import json
from contextlib import suppress
from typing import Any

import pytest

from clfparse.filter import Parser
from clfparse.formats.detect import format_of
from clfparse.formats.jsonlog import JsonLog
from clfparse.record import Refused
from clfparse.stream.rejects import Rejects
from clfparse.values.times import instant

TIME = "2024-03-01T07:08:09+00:00"
EPOCH = 1709276889
GET = {"method": "GET", "path": "/shop/cart"}


def parse(line: dict[str, Any]) -> dict[str, Any]:
    record = JsonLog().parse(json.dumps(line, ensure_ascii=False).encode())
    assert record
    return record


def refused(line: dict[str, Any]) -> str:
    with pytest.raises(Refused) as error:
        JsonLog().parse(json.dumps(line).encode())
    return str(error.value)


# Lines of each server, and what of the record comes of them. Each is of the time TIME.
SERVERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nginx, names of one's own": (
        {
            "@timestamp": "2024-03-01T07:08:09+00:00",
            "host": "10.0.0.1",
            "clientip": "192.0.2.7",
            "size": 612,
            "responsetime": 0.005,
            "upstreamtime": "0.004",
            "upstreamhost": "10.0.0.9:80",
            "http_host": "www.example.com",
            "url": "/shop/cart",
            "xff": "-",
            "referer": "-",
            "agent": "curl/8.5",
            "status": "502",
        },
        {
            "host": "192.0.2.7",
            "path": "/shop/cart",
            "status": 502,
            "bytes": 612,
            "duration": 0.005,
            "upstream_duration": 0.004,
            "server": "www.example.com",
            "user_agent": "curl/8.5",
        },
    ),
    "nginx, the response by other words": (
        {
            "time_local": "01/Mar/2024:07:08:09 +0000",
            "client_ip": "192.0.2.7",
            "http_protocol": "HTTP/1.1",
            "http_method": "POST",
            "http_status_code": "503",
            "http_x_request_id": "a1",
            "uri": "/shop/cart",
            "request_time": "0.040",
        },
        {
            "host": "192.0.2.7",
            "method": "POST",
            "protocol": "HTTP/1.1",
            "status": 503,
            "header_x_request_id": "a1",
            "duration": 0.04,
        },
    ),
    "Apache, by %U": (
        {
            "time": "2024-03-01T07:08:09.123456Z",
            "process": "1520",
            "remoteIP": "192.0.2.7",
            "host": "www.example.com",
            "request": "/shop/cart",
            "query": "?id=7",
            "method": "GET",
            "status": "200",
            "userAgent": "curl/8.5",
            "referer": "-",
            "request_time": "1520",
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "status": 200,
            "user_agent": "curl/8.5",
            "server": "www.example.com",
            "duration": None,
            "request_time": "1520",
        },
    ),
    "Caddy, durations in nanoseconds": (
        {
            "ts": EPOCH,
            "logger": "http.log.access",
            "request": {"remote_ip": "192.0.2.7", "proto": "HTTP/2.0", **GET, "uri": "/shop/cart"},
            "duration": 929675,
            "resp_headers": {},
            "status": 200,
        },
        {"host": "192.0.2.7", "duration": None, "json_duration": 929675},
    ),
    "Traefik, without the names of clients": (
        {
            "Duration": 1500000,
            "OriginStatus": 200,
            "DownstreamStatus": 500,
            "RequestMethod": "GET",
            "RequestPath": "/shop/cart",
            "StartUTC": "2024-03-01T07:08:09.5Z",
            "request_X-Forwarded-For": "192.0.2.7, 10.0.0.1",
        },
        {
            "host": "192.0.2.7",
            "status": 500,
            "duration": 0.0015,
            "header_x_forwarded_for": "192.0.2.7, 10.0.0.1",
        },
    ),
    "Istio": (
        {
            "start_time": "2024-03-01T07:08:09.187Z",
            "method": "GET",
            "path": "/shop/cart?id=7",
            "protocol": "HTTP/2",
            "response_code": 503,
            "response_flags": "UF",
            "bytes_received": 3,
            "bytes_sent": 91,
            "duration": 26,
            "upstream_service_time": None,
            "x_forwarded_for": "192.0.2.9",
            "user_agent": "curl/8.5",
            "authority": "www.example.com:8080",
            "upstream_host": "10.0.0.9:80",
            "downstream_remote_address": "192.0.2.7:52344",
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "status": 503,
            "bytes": 91,
            "bytes_in": 3,
            "duration": 0.026,
            "server": "www.example.com",
            "port": 8080,
            "x_forwarded_for": "192.0.2.9",
        },
    ),
    "Envoy, of text": (
        {
            "start_time": "2024-03-01T07:08:09.187Z",
            "status": "200",
            "duration": "7",
            "upstream_cluster": "outbound",
            "x_forwarded_for": "192.0.2.7",
            "req_method": "GET",
            "upstream_service_time": "5",
        },
        {"host": "192.0.2.7", "method": "GET", "duration": 0.007, "upstream_duration": 0.005},
    ),
    "HAProxy": (
        {
            "time": "01/Mar/2024:07:08:09 +0000",
            "client_ip": "192.0.2.7",
            "client_port": 41342,
            "frontend_name": "www~",
            "backend_name": "app",
            "termination_state": "----",
            "http_method": "GET",
            "http_path": "/shop/cart",
            "http_query": "?id=7",
            "http_version": "HTTP/1.1",
            "http_status": 200,
            "bytes_read": 2750,
            "time_total": 109,
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "protocol": "HTTP/1.1",
            "status": 200,
            "bytes": 2750,
            "duration": 0.109,
        },
    ),
    "Kong": (
        {
            "request": {
                "method": "GET",
                "uri": "/shop/cart?id=7",
                "url": "http://www.example.com:8000/shop/cart?id=7",
                "size": "75",
                "querystring": {"id": "7"},
                "headers": {"user-agent": "curl/8.5", "host": "www.example.com"},
            },
            "response": {"status": 200, "size": "434", "headers": {"server": "a"}},
            "latencies": {"proxy": 1430, "kong": 9, "request": 1441},
            "client_ip": "192.0.2.7",
            "started_at": EPOCH * 1000 + 425,
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "status": 200,
            "bytes": 434,
            "bytes_in": 75,
            "duration": 1.441,
            "upstream_duration": 1.43,
            "user_agent": "curl/8.5",
            "server": "www.example.com",
            "response_header_server": "a",
            "latencies": {"kong": 9},
            "json_request": {
                "url": "http://www.example.com:8000/shop/cart?id=7",
                "querystring": {"id": "7"},
            },
        },
    ),
    "APISIX": (
        {
            "start_time": EPOCH * 1000,
            "client_ip": "192.0.2.7",
            "route_id": "1",
            "latency": 12.5,
            "apisix_latency": 2.5,
            "upstream_latency": 10,
            "request": {"method": "GET", "uri": "/shop/cart", "size": 80},
            "response": {"status": 200, "size": 300},
        },
        {"host": "192.0.2.7", **GET, "status": 200, "duration": 0.0125, "upstream_duration": 0.01},
    ),
    "API Gateway": (
        {
            "requestId": "a1",
            "ip": "192.0.2.7",
            "caller": "-",
            "user": "-",
            "requestTime": "01/Mar/2024:07:08:09 +0000",
            "httpMethod": "GET",
            "resourcePath": "/shop/cart",
            "status": "200",
            "protocol": "HTTP/1.1",
            "responseLength": "42",
            "responseLatency": "35",
            "integrationLatency": "30",
        },
        {
            "host": "192.0.2.7",
            "user": None,
            **GET,
            "status": 200,
            "bytes": 42,
            "duration": 0.035,
            "upstream_duration": 0.03,
        },
    ),
    "Cloudflare": (
        {
            "ClientIP": "192.0.2.7",
            "ClientRequestHost": "www.example.com",
            "ClientRequestMethod": "GET",
            "ClientRequestURI": "/shop/cart?id=7",
            "ClientRequestPath": "/shop/cart",
            "ClientRequestProtocol": "HTTP/2",
            "ClientRequestReferer": "https://www.example.com/",
            "ClientRequestUserAgent": "curl/8.5",
            "ClientRequestBytes": 1200,
            "EdgeResponseBytes": 69045,
            "EdgeResponseStatus": 200,
            "EdgeStartTimestamp": EPOCH * 10**9,
            "EdgeEndTimestamp": (EPOCH + 1) * 10**9,
            "OriginResponseStatus": 0,
            "OriginResponseTime": 5000000,
            "RayID": "a1",
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "protocol": "HTTP/2",
            "status": 200,
            "bytes": 69045,
            "bytes_in": 1200,
            "referer": "https://www.example.com/",
            "user_agent": "curl/8.5",
            "server": "www.example.com",
            "upstream_duration": 0.005,
            "OriginResponseStatus": 0,
        },
    ),
    "Google Cloud's load balancer": (
        {
            "httpRequest": {
                "latency": "0.001115s",
                "protocol": "HTTP/1.1",
                "remoteIp": "192.0.2.7:49194",
                "requestMethod": "GET",
                "requestSize": "201",
                "requestUrl": "https://www.example.com:8443/shop/cart?id=7",
                "responseSize": "155",
                "serverIp": "10.0.0.9",
                "status": 503,
                "userAgent": "curl/8.5",
            },
            "timestamp": "2024-03-01T07:08:09.708181828Z",
            "receiveTimestamp": "2024-03-01T07:08:10.7Z",
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "section": "/shop",
            "status": 503,
            "bytes": 155,
            "bytes_in": 201,
            "duration": 0.001115,
            "server": "www.example.com",
            "port": 8443,
            "httpRequest": {"serverIp": "10.0.0.9"},
            "receiveTimestamp": "2024-03-01T07:08:10.7Z",
        },
    ),
    "Azure Front Door": (
        {
            "time": "2024-03-01T07:08:09.1234567Z",
            "category": "FrontdoorAccessLog",
            "properties": {
                "httpMethod": "GET",
                "httpVersion": "2.0",
                "requestUri": "https://www.example.com:443/shop/cart?id=7",
                "clientIp": "192.0.2.7",
                "httpStatusCode": "200",
                "responseBytes": "340",
                "timeTaken": "0.012",
            },
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "protocol": "HTTP/2.0",
            "status": 200,
            "bytes": 340,
            "server": "www.example.com",
            "duration": None,
            "properties": {"timeTaken": "0.012"},
        },
    ),
    "Fastly": (
        {
            "timestamp": "2024-03-01T07:08:09+0000",
            "client_ip": "192.0.2.7",
            "host": "www.example.com",
            "url": "/shop/cart?id=7",
            "request_method": "GET",
            "request_protocol": "HTTP/1.1",
            "request_referer": "",
            "request_user_agent": "curl/8.5",
            "response_status": 200,
            "response_body_size": 12,
            "time_elapsed": 1530,
        },
        {
            "host": "192.0.2.7",
            **GET,
            "protocol": "HTTP/1.1",
            "status": 200,
            "bytes": 12,
            "user_agent": "curl/8.5",
            "server": "www.example.com",
            "duration": None,
            "time_elapsed": 1530,
        },
    ),
    "Elastic Common Schema, nested": (
        {
            "@timestamp": "2024-03-01T07:08:09.000Z",
            "source": {"ip": "192.0.2.7", "port": 4},
            "http": {
                "request": {"method": "GET", "id": "a1", "body": {"bytes": 3}},
                "response": {"status_code": 200, "body": {"bytes": 12}},
                "version": "1.1",
            },
            "url": {"original": "/shop/cart?id=7", "path": "/shop/cart", "domain": "a.example"},
            "user_agent": {"original": "curl/8.5", "name": "curl"},
            "event": {"duration": 1500000, "dataset": "nginx.access"},
            "user": {"name": "frank"},
        },
        {
            "host": "192.0.2.7",
            "user": "frank",
            **GET,
            "query": "id=7",
            "protocol": "HTTP/1.1",
            "status": 200,
            "bytes": 12,
            "bytes_in": 3,
            "duration": 0.0015,
            "user_agent": "curl/8.5",
            "server": "a.example",
            "source": {"port": 4},
            "http": {"request": {"id": "a1"}},
            "url": {"path": "/shop/cart"},
            "json_user_agent": {"name": "curl"},
            "event": {"dataset": "nginx.access"},
        },
    ),
    "Elastic Common Schema, dotted": (
        {
            "@timestamp": "2024-03-01T07:08:09.000Z",
            "client.ip": "192.0.2.7",
            "http.request.method": "GET",
            "http.request.id": "a1",
            "http.response.status_code": 200,
            "url.path": "/shop/cart",
            "event.duration": 1500000,
        },
        {"host": "192.0.2.7", **GET, "status": 200, "duration": 0.0015, "http.request.id": "a1"},
    ),
    "pino": (
        {
            "level": 30,
            "time": EPOCH * 1000 + 631,
            "hostname": "h",
            "req": {
                "id": 1,
                "method": "GET",
                "url": "/shop/cart?id=7",
                "headers": {"host": "www.example.com", "user-agent": "curl/8.5", "dnt": "1"},
                "remoteAddress": "::ffff:192.0.2.7",
                "remotePort": 5,
            },
            "res": {"statusCode": 500, "headers": {"content-type": "text/html"}},
            "responseTime": 18,
            "msg": "request completed",
        },
        {
            "host": "::ffff:192.0.2.7",
            **GET,
            "query": "id=7",
            "status": 500,
            "duration": 0.018,
            "user_agent": "curl/8.5",
            "server": "www.example.com",
            "header_dnt": "1",
            "response_header_content_type": "text/html",
            "req": {"id": 1, "remotePort": 5},
        },
    ),
    "express-winston": (
        {
            "level": "info",
            "message": "HTTP GET /shop/cart",
            "timestamp": "2024-03-01T07:08:09.000Z",
            "meta": {
                "req": {"url": "/shop/cart", "method": "GET", "httpVersion": "1.1"},
                "res": {"statusCode": 200},
                "responseTime": 4,
            },
        },
        {**GET, "protocol": "HTTP/1.1", "status": 200, "duration": 0.004},
    ),
    "morgan": (
        {
            "date": "Fri, 01 Mar 2024 07:08:09 GMT",
            "remote-addr": "192.0.2.7",
            "method": "GET",
            "url": "/shop/cart",
            "http-version": "1.1",
            "status": "200",
            "content-length": "12",
            "response-time": "3.021",
            "user-agent": "curl/8.5",
        },
        {
            "host": "192.0.2.7",
            **GET,
            "protocol": "HTTP/1.1",
            "status": 200,
            "bytes": 12,
            "duration": 0.003021,
            "user_agent": "curl/8.5",
        },
    ),
    "morgan, with a unit": (
        {"date": TIME, **GET, "status": 200, "responseTime": "3.021 ms"},
        {"duration": 0.003021},
    ),
    "logback-access": (
        {
            "@timestamp": "2024-03-01T07:08:09.123Z",
            "@version": "1",
            "method": "GET",
            "protocol": "HTTP/1.1",
            "status_code": 404,
            "requested_url": "GET /shop/cart HTTP/1.1",
            "requested_uri": "/shop/cart",
            "remote_host": "192.0.2.7",
            "content_length": 12,
            "elapsed_time": 7,
        },
        {"host": "192.0.2.7", **GET, "status": 404, "bytes": 12, "duration": 0.007},
    ),
    "Tomcat": (
        {
            "host": "192.0.2.7",
            "time": "[01/Mar/2024:07:08:09 +0000]",
            "request": "GET /shop/cart HTTP/1.1",
            "statusCode": "200",
            "size": "12",
            "elapsedTime": "1520",
        },
        {
            "host": "192.0.2.7",
            **GET,
            "status": 200,
            "bytes": 12,
            "duration": None,
            "elapsedTime": "1520",
        },
    ),
    "GitLab": (
        {
            "time": "2024-03-01T07:08:09.123Z",
            "duration_s": 0.70911,
            "db_duration_s": 0.0061,
            "status": 200,
            **GET,
            "params": [{"key": "a", "value": "b"}],
            "host": "192.0.2.9",
            "remote_ip": "192.0.2.7, 192.0.2.8",
            "ua": "Ruby",
        },
        {
            "host": "192.0.2.7",
            "status": 200,
            "duration": 0.70911,
            "user_agent": "Ruby",
            "remote_ip": "192.0.2.7, 192.0.2.8",
        },
    ),
    "lograge": (
        {
            **GET,
            "format": "html",
            "controller": "CartsController",
            "action": "show",
            "status": 200,
            "duration": 58.33,
            "view": 40.43,
            "db": 15.26,
            "@timestamp": "2024-03-01T07:08:09.123Z",
        },
        {"status": 200, "duration": 0.05833},
    ),
    "gunicorn": (
        {
            "timestamp": "[01/Mar/2024:07:08:09 +0000]",
            "remote_ip": "192.0.2.7",
            "response_code": "200",
            "request_method": "GET",
            "request_path": "/shop/cart",
            "request_querystring": "?id=7",
            "request_timetaken": "1520",
            "response_length": "12",
        },
        {
            "host": "192.0.2.7",
            **GET,
            "query": "id=7",
            "status": 200,
            "bytes": 12,
            "duration": None,
            "request_timetaken": "1520",
        },
    ),
    "python": (
        {
            "asctime": "2024-03-01 07:08:09,187",
            "levelname": "INFO",
            "request": {"method": "GET", "path": "/shop/cart", "remote_addr": "192.0.2.7"},
            "response": {"status_code": 200, "duration_ms": 12.5},
        },
        {"host": "192.0.2.7", **GET, "status": 200, "duration": 0.0125},
    ),
    "Echo": (
        {
            "time": "2024-03-01T07:08:09.187Z",
            "id": "",
            "remote_ip": "192.0.2.7",
            "host": "www.example.com:1323",
            "method": "GET",
            "uri": "/shop/cart",
            "user_agent": "curl/8.5",
            "status": 200,
            "latency": 310500,
            "latency_human": "310.5µs",
            "bytes_in": 0,
            "bytes_out": 12,
        },
        {"host": "192.0.2.7", **GET, "duration": 0.0003105, "bytes": 12, "port": 1323},
    ),
    "Serilog": (
        {
            "@t": "2024-03-01T07:08:09.1234567Z",
            "@mt": "HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed} ms",
            "RequestMethod": "GET",
            "RequestPath": "/shop/cart",
            "StatusCode": 200,
            "Elapsed": 34.5,
        },
        {**GET, "status": 200, "duration": 0.0345},
    ),
    "ASP.NET": (
        {
            "Timestamp": "2024-03-01T07:08:09Z",
            "EventId": 2,
            "State": {
                "ElapsedMilliseconds": 34.5,
                "StatusCode": 200,
                "Protocol": "HTTP/1.1",
                "Method": "GET",
                "Host": "www.example.com",
                "Path": "/shop/cart",
                "QueryString": "?id=7",
            },
        },
        {**GET, "query": "id=7", "status": 200, "duration": 0.0345, "server": "www.example.com"},
    ),
    "Logstash's patterns": (
        {
            "@timestamp": "2024-03-01T07:08:09.000Z",
            "clientip": "192.0.2.7",
            "ident": "-",
            "auth": "frank",
            "verb": "GET",
            "request": "/shop/cart?id=7",
            "httpversion": "1.1",
            "response": "200",
            "bytes": "12",
            "referrer": '"-"',
            "agent": "curl/8.5",
        },
        {
            "host": "192.0.2.7",
            "user": "frank",
            **GET,
            "query": "id=7",
            "protocol": "HTTP/1.1",
            "status": 200,
        },
    ),
    "Kubernetes' audit": (
        {
            "kind": "Event",
            "auditID": "a1",
            "stage": "ResponseComplete",
            "requestURI": "/api/v1/pods?limit=500",
            "verb": "list",
            "user": {"username": "system:admin", "groups": ["a"]},
            "sourceIPs": ["192.0.2.7", "10.0.0.1"],
            "userAgent": "kubectl",
            "responseStatus": {"metadata": {}, "code": 200},
            "requestReceivedTimestamp": "2024-03-01T07:08:09.000000Z",
            "stageTimestamp": "2024-03-01T07:08:10.000000Z",
        },
        {
            "host": "192.0.2.7",
            "user": "system:admin",
            "method": "list",
            "path": "/api/v1/pods",
            "status": 200,
            "user_agent": "kubectl",
            "sourceIPs": ["192.0.2.7", "10.0.0.1"],
            "json_user": {"groups": ["a"]},
        },
    ),
    "MinIO": (
        {
            "time": "2024-03-01T07:08:09.187Z",
            "api": {
                "name": "GetObject",
                "status": "OK",
                "statusCode": 200,
                "tx": 12,
                "timeToResponse": "366333ns",
            },
            "remotehost": "192.0.2.7",
            "userAgent": "mc",
            "requestPath": "/shop/cart",
            "requestMethod": "GET",
        },
        {"host": "192.0.2.7", **GET, "status": 200, "duration": 0.000366333},
    ),
    "Grafana": (
        {
            "logger": "context",
            "t": "2024-03-01T07:08:09.187Z",
            "msg": "Request Completed",
            **GET,
            "status": 302,
            "remote_addr": "192.0.2.7",
            "time_ms": 1,
            "duration": "1.25ms",
            "size": 29,
        },
        {"host": "192.0.2.7", "status": 302, "bytes": 29, "duration": 0.00125},
    ),
}


@pytest.mark.parametrize(("line", "expected"), SERVERS.values(), ids=SERVERS)
def test_servers(line: dict[str, Any], expected: dict[str, Any]) -> None:
    record = parse(line)
    assert {name: record.get(name) for name in expected} == expected
    assert record["time"] == TIME


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


def test_a_code_alone_is_no_request() -> None:
    assert "no request in it" in refused({"time": TIME, "level": "error", "code": 500})


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


LINE = b'{"time":"2024-03-01T07:08:09Z","status":200}'
SEVERAL = "a part of JSON over several lines: jq -c . makes a line of each record"
LINES = {
    b"[": None,
    b"]": None,
    b" ], ": None,
    LINE + b",": 200,
    b"[" + LINE + b",": 200,
    b"," + LINE: 200,
    LINE + b" ]": 200,
    b"[" + LINE + b"]": "an array in one line: jq -c '.[]' makes a line of each of its records",
    LINE + LINE: "two JSON objects in one line: jq -c . makes a line of each",
    LINE + b", " + LINE: "two JSON objects in one line: jq -c . makes a line of each",
    b"{": SEVERAL,
    b"},": SEVERAL,
    b'  "status": 200,': SEVERAL,
    b'  "request": {': SEVERAL,
    LINE + b"x": "not JSON",
    LINE[:-1]: "not JSON",
    b"[1]": "not a JSON object",
}


@pytest.mark.parametrize("line", LINES)
def test_arrays(line: bytes) -> None:
    expected = LINES[line]
    if isinstance(expected, str):
        with pytest.raises(Refused) as error:
            JsonLog().parse(line)
        assert str(error.value) == expected
    else:
        record = JsonLog().parse(line)
        assert (record and record["status"]) == expected


def test_reasons_have_the_names_of_the_line() -> None:
    names = {"a\x1b[1m" + "b" * 100: 1, **{f"n{number}": 1 for number in range(20)}}
    said = refused(names)
    assert said.endswith(": a\\x1b[1m" + "b" * 27 + "…, n0, n1, n2, n3, n4, n5, n6, …")
    assert refused({**GET, "x": 1}).endswith("that can be read; names: method, path, x")


def reports(*lines: dict[str, Any]) -> list[str]:
    """Return what a parser reports of a log."""
    rejects = Rejects("clfparse", "")
    parser = Parser(rejects, format_of("json"))
    for line in lines:
        parser.add(json.dumps(line).encode() + b"\n")
    parser.finish()
    return [message.removeprefix("clfparse: ") for message in rejects.messages]


def test_a_log_without_a_status_or_a_host_is_reported_once() -> None:
    known = {"time": TIME, **GET, "ip": "192.0.2.7", "status": 200}
    assert reports(known, {"time": TIME, **GET}) == []
    said = "none of 1 records has a status; if another field has it (such as result), jq renames"
    said += " that: jq -c '.status = .FIELD'"
    assert reports({"time": TIME, **GET, "ip": "192.0.2.7", "result": 200}) == [said]
    nothing = [{"time": TIME, **GET}] * 1_500
    assert reports(*nothing, known) == [
        "none of the first 1,000 records has a status",
        "none of the first 1,000 records has a host",
    ]
    assert reports({"level": "info"})[1:] == []


def test_a_number_of_no_unit_is_reported_once() -> None:
    known = {"time": TIME, **GET, "ip": "192.0.2.7", "status": 200}
    said = [
        f'a number in "{name}": of which unit? it is left out; name the unit, as one of _s, _ms,'
        f" _us and _ns: jq -c '.duration_ms = {path}'"
        for name, path in (("Latency", '."Latency"'), ("time", '."response"."time"'))
    ]
    assert reports(known, *[{**known, "Latency": 12}] * 3) == said[:1]
    assert reports({**known, "response": {"time": 12}}) == said[1:]
    assert reports({**known, "duration": 0, "latency": "12ms"}) == []


HOSTILE = {
    "nested in itself": b'{"request":' * 900 + b"1" + b"}" * 900,
    "nested objects": b'{"ts":1709276889,"uri":"/a","meta":' + b'{"meta":' * 40 + b"1" + b"}" * 41,
    "headers in headers": b'{"ts":1709276889,"uri":"/a","headers":{"headers":{"headers":{}}}}',
    "huge": b'{"ts":1e999,"status":1e400,"duration":1e308,"uri":"/a","time":1709276889}',
    "many digits": b'{"ts":1709276889,"status":' + b"9" * 400 + b',"uri":"/a"}',
    "a lone surrogate": rb'{"ts":1709276889,"uri":"/\ud800","http_a":"\udfff"}',
    "twice": b'{"ts":1709276889,"uri":"/a","uri":"/b","status":1,"Status":2,"STATUS":3}',
    "no name": b'{"":1,"ts":1709276889,"uri":"/a","request":{"":{}},"-":1,"_":2}',
    "many spellings": b'{"ts":1709276889,"uri":"/a"%b}'
    % b"".join(b',"%bxff":"a"' % (b"_" * n) for n in range(500)),
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_hostile(line: bytes) -> None:
    with suppress(Refused):
        record = JsonLog().parse(line)
        assert record
        json.dumps(record)

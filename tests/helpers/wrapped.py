"""Lines as collectors and tools pass them on: headers, and lines to stand behind them."""

from clfparse.formats import catalog
from clfparse.formats.catalog import Entry

# Each is in a line's way with every format: what is behind it is read, or the line is refused.
HEADERS = (
    # syslog: RFC 3164, RFC 5424, journalctl, rsyslog, dmesg
    *("Oct 10 13:55:36 web1 nginx: ", "<134>Oct 10 13:55:36 web1 nginx[123]: "),
    *("Oct  1 13:55:36 nginx: ", "Oct 10 13:55:36 web1 nginx ", "CRON[12] ", "app[web.1]: "),
    *("<190>1 2023-10-10T13:55:36.123Z web1 nginx 123 - - ", "1 2023-10-10T13:55:36Z - - - - - "),
    '<190>1 2023-10-10T13:55:36+02:00 web1 nginx - ID47 [x@1 a="b]"] \ufeff',
    *("2023-10-10T13:55:36.123456+00:00 web1 nginx: ", "2023-10-10T13:55:36+00:00 web1 nginx[7]: "),
    *("[ 12.345678] ", "<134>", "<6>", "2023-10-10T13:55:36.123456+00:00 app[web.1]: "),
    # times, as of `docker logs -t`, `ts`, Go's log
    *("2023-10-10 13:55:36 ", "2023-10-10T13:55:36Z ", "2023-10-10 13:55:36,123 "),
    *("[2023-10-10T13:55:36Z] ", "2023/10/10 13:55:36 ", "2023/10/10 13:55:36.123456 main.go:23: "),
    *("Tue Oct 10 13:55:36 2023 ", "[Tue Oct 10 13:55:36 2023] ", "Tue Oct 10 13:55:36 UTC 2023 "),
    *("1696946136.123 ", "1696946136 ", "13:55:36 ", "[13:55:36] ", "13:55:36.123 ", "2023-10-10 "),
    *("10/Oct/2023:13:55:36 +0000 ", "[10/Oct/2023:13:55:36 +0000] ", "10/Oct/2023 13:55:36 "),
    *("10/10/2023 13:55:36 ", "Oct-10 13:55:36 "),
    # containers
    *("2023-10-10T13:55:36.123456789Z stdout F ", "2023-10-10T13:55:36.123456789Z stderr F "),
    *("2023-10-10T13:55:36.123456789Z ", "[pod/web-abc/nginx] ", "web-abc nginx ", "web_1  | "),
    *("web-1 | ", "+ web-abc \u203a nginx ", "13:55:36 web.1   | ", "web.1   | ", "0|app  | "),
    *("0|app | 2023-10-10T13:55:36: ", "\x1b[36mweb_1  |\x1b[0m ", "\x1b[0m", "web1 | "),
    "I1010 13:55:36.123456   12345 access.go:12] ",
    # loggers
    *("INFO:root:", "INFO:uvicorn.access:", "INFO     ", "[INFO] ", "INFO: ", "[info] ", "INFO "),
    *("DEBUG - ", "2023-10-10 13:55:36,123 INFO access ", "2023-10-10T13:55:36Z INFO "),
    *("2023-10-10 13:55:36,123 - access - INFO - ", "[2023-10-10 13:55:36 +0000] [123] [INFO] "),
    *("[2023-10-10T13:55:36,123][INFO ][access] ", "\x1b[32mINFO\x1b[0m ", "[nginx][access] "),
    *("2023-10-10T13:55:36+00:00\tnginx.access\t", "2023-10-10 13:55:36 +0000 nginx.access: "),
    # grep -H -n, cat -n, nl
    *("access.log:", "access.log:12:", "12:", "./log/access.log-12-", "/var/log/nginx/access.log:"),
    *("access.log-20231010:", "     1\t", "     1  ", "1 ", "000001 ", "123456 ", "[1] "),
    # anything else
    *("web1: ", "10.0.0.5: ", "10.0.0.5 Oct 10 13:55:36 ", "<134>web1 ", "-- ", "access: "),
    *(
        "docker/web[12]: ",
        "k8s_web 2023-10-10T13:55:36Z ",
        "u 1 ",
        "::1: ",
        "> ",
        ">> ",
        "$ ",
        "* ",
    ),
    *("| ", '"', "'", "(", "[", "a\tb\t", "web1,", "web1;", "12,", "k8s.pod: ", "user@host:~$ "),
    *("web1 2023-10-10T13:55:36Z ", "10.0.0.5 web1 ", "web - ", "out: "),
)

_TIME = "[10/Oct/2023:13:55:36 +0000]"
_REST = f'{_TIME} "GET /a/b?c HTTP/1.1" 200 12'
# Lines of formats, by what --format says.
LINES = (
    *(("auto", f"{names} {_REST}") for names in ("192.0.2.1 - frank", "2001:db8::1 - -")),
    *(("auto", f"{names} {_REST}") for names in ("pc.example.net - -", "192.0.2.1 bob frank")),
    *(("auto", f"192.0.2.1 - - {_REST} {end}") for end in ('"-" "curl"', '"-" "curl" "192.0.2.9"')),
    ("auto", f"www.example.com:443 192.0.2.1 - - {_REST}"),
    ("auto", f"192.0.2.1, 198.51.100.2 - - {_REST}"),
    ('%h %l %u %t "%r" %>s %b %D', f"192.0.2.1 - - {_REST} 1234"),
    ('%h %l %u %t "%r" %>s %b', f"2001:db8::1 - - {_REST}"),
    ('%h %t "%r" %>s', _REST.replace("[", "192.0.2.1 [", 1)[:-3]),
    ('%{X-Forwarded-For}i %h %l %u %t "%r" %>s %b', f"203.0.113.7 192.0.2.1 - - {_REST}"),
    ('%{X-Forwarded-For}i %l %u %t "%r" %>s %b', f"203.0.113.7, 192.0.2.1 - - {_REST}"),
    ('%v %h %l %u %t "%r" %>s %b', f"www.example.com 192.0.2.1 - - {_REST}"),
    ('%v:%p %h %l %u %t "%r" %>s %b', f"www.example.com:80 192.0.2.1 - - {_REST}"),
    (
        (
            '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
            " $request_time $upstream_response_time"
        ),
        f"192.0.2.1 - - {_REST} 0.123 0.1, 0.023",
    ),
    (
        "$remote_addr [$time_iso8601] $request_method $uri $status",
        "192.0.2.1 [2023-10-10T13:55:36+00:00] GET /a 200",
    ),
    (
        '$time_iso8601 $remote_addr "$request" $status',
        '2023-10-10T13:55:36+00:00 192.0.2.1 "GET /a HTTP/1.1" 200',
    ),
    ('[$time_local] $remote_addr "$request" $status', f'{_TIME} 192.0.2.1 "GET /a HTTP/1.1" 200'),
    (
        '$host $remote_addr - [$time_local] "$request" $status',
        f'www.example.com 192.0.2.1 - {_TIME} "GET /a HTTP/1.1" 200',
    ),
    (
        '$http_host $remote_addr [$time_local] "$request" $status',
        f'www.example.com:8080 192.0.2.1 {_TIME} "GET /a HTTP/1.1" 200',
    ),
)


def samples() -> list[tuple[Entry, list[bytes]]]:
    """Return each sample of the catalog, line by line, with its format."""
    return [
        (entry, sample.lstrip("\n").encode().split(b"\n"))
        for entry in catalog.entries()
        for sample in entry.samples
    ]

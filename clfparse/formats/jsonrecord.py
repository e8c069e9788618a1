"""From the objects of a line of JSON to a record: what it has fields for, moved there."""

from clfparse.formats.fields import ALWAYS, BLANK, split_server, split_target
from clfparse.formats.jsonfields import Full, read_time
from clfparse.formats.jsonhost import first_address
from clfparse.formats.jsonopen import Opened
from clfparse.formats.jsonplan import Forwarded, Steps
from clfparse.formats.jsontext import Object
from clfparse.formats.jsonwatch import names_of
from clfparse.record import Refused
from clfparse.values.escapes import printable
from clfparse.values.request import Request, parse_request, section

# Caddy tells of a request here too, beside its line in the access log: it would count twice.
_NO_ACCESS = ("http.log.error", "http.handlers.")
# So do Fastify, django-structlog, ASP.NET, tower and Kubernetes, and say in words what it is.
_SAYING = ("msg", "event", "Message", "message", "stage")
_BEGINNINGS = (
    *("incoming request", "request_started", "Request starting", "started processing request"),
    "RequestReceived",
)
_FIELDS: Object = dict.fromkeys(ALWAYS)
_DATE = len("2006-01-02")

RequestLine = tuple[str, Request]  # the name it has in the line, its parts


def request_line(line: Object, names: tuple[str, ...]) -> RequestLine | None:
    """Read the first request line under such names. Raises Refused for a line of another log."""
    logger = line.get("logger")
    if isinstance(logger, str) and logger.startswith(_NO_ACCESS):
        raise Refused("not of the access log, by its logger")
    for name in names:
        text = line.get(name)
        if isinstance(text, str) and (request := parse_request(printable(text))):
            return name, request
    return None


def fill_json(
    opened: Opened, steps: Steps, forwarded: Forwarded, request_line: RequestLine | None
) -> Object:
    """Move to a record what it has fields for. Raises Refused."""
    sources, looks, _ = opened
    record = _filled(sources, steps)
    if request_line:
        name, request = request_line
        del sources[0][name]
        record["method"], record["path"], record["query"], record["protocol"] = request
        record["section"] = section(request.path)
    elif record["path"] is None:
        _no_request_line(record, sources[0], looks[0].lines)
    if record["status"] is None or record["time"] is None:
        _check(record, sources[0], looks[0].names)
    if record["host"] is None and forwarded:
        addresses = (first_address(sources[at].get(name)) for at, name in forwarded)
        record["host"] = next(filter(None, addresses), None)
    if not request_line:
        if type(record["path"]) is Full:
            _split_origin(record)
        split_target(record)
    return record


def _check(record: Object, line: Object, names: tuple[str, ...]) -> None:
    """Refuse a line without a request or a time, and the beginning of a request."""
    path = record["path"]
    if record["status"] is None:
        said = (line.get(name) for name in _SAYING)
        if any(isinstance(text, str) and text.startswith(_BEGINNINGS) for text in said):
            raise Refused("the beginning of a request, whose end has a line of its own")
        if record["method"] is None and not (path and path[0] in "/*"):  # a file's, another site's
            raise Refused(f"no request in it: no method, path or status in {names_of(names)}")
    if record["time"] is None:
        record["time"] = _date_and_time(line)
    if record["time"] is None:
        raise Refused(f"no readable time, such as time or timestamp, in {names_of(names)}")


def _date_and_time(line: Object) -> str | None:
    """Read a date and a time that stand apart, as in CloudFront's log; None if there are none."""
    date, time = line.get("date"), line.get("time")
    if not (isinstance(date, str) and isinstance(time, str) and len(date) == _DATE):
        return None
    if moment := read_time(f"{date}T{time}"):
        del line["date"], line["time"]
    return moment


def _no_request_line(record: Object, line: Object, names: tuple[str, ...]) -> None:
    """Read what stands for a request line, but is none.

    Beside a method, it may be the target: Apache's ``%U``, or so called by Logstash's patterns.
    """
    for name in names:
        request = line.get(name)
        if not isinstance(request, str):
            continue
        if record["method"] is None:
            del line[name]
            record["request"] = None if request in BLANK else printable(request)
        elif request.startswith("/") and " " not in request:
            record["path"] = printable(line.pop(name))
        break


def _split_origin(record: Object) -> None:
    """Take the server from a URL."""
    origin, slash, path = record["path"].partition("://")[2].partition("/")
    origin, mark, query = origin.partition("?")
    record["path"] = slash + path if slash and not mark else f"/{mark}{query}{slash}{path}"
    if record.get("server") is None and origin:
        record["server"] = origin.rpartition("@")[2]
        split_server(record)


def _filled(sources: list[Object], steps: Steps) -> Object:
    """Move to a record what can be read: of each field the first such, in the record's order.

    None, "" and "-" are nothing. What cannot be read stays where it is.
    """
    record = _FIELDS.copy()
    for field, places in steps:
        for at, name, read, texts in places:
            source = sources[at]
            if name not in source:
                continue
            raw = source[name]
            if type(raw) is not str:
                value = raw if raw is None else read(raw)
            elif raw and raw != "-":
                value = read(raw) if texts else raw
            else:
                value = raw = None
            if raw is None:
                del source[name]
                record.setdefault(field)
            elif value is not None:
                del source[name]
                record[field] = value
                break
    split_server(record)
    return record

"""The record: what clfparse writes for one request, and what its readers may rely on.

`record.schema.json`, beside this file, says the same as JSON Schema.
"""

from typing import NotRequired, TypedDict


class Record(TypedDict):
    """One request. ``-`` in the log is None; text never holds an unprintable character."""

    time: str  # RFC 3339, in the log's own offset
    host: str | None  # the client: one address or name, without a port
    ident: str | None  # RFC 1413 identity
    user: str | None  # "": Basic authentication with an empty name
    method: str | None
    path: str | None  # the request target up to its "?"
    query: str | None  # what follows the "?"; None if there is none
    protocol: str | None  # None for HTTP/0.9
    status: int | None
    bytes: int | None  # of the response body
    section: str | None  # the path up to its second "/"
    # These and others where the log has them.
    duration: NotRequired[float | None]  # seconds
    upstream_duration: NotRequired[float | None]  # seconds
    bytes_in: NotRequired[int | None]  # of the request
    bytes_out: NotRequired[int | None]  # of the response with its headers
    server: NotRequired[str | None]  # the site's name
    port: NotRequired[int | None]  # the server's
    referer: NotRequired[str | None]  # this and the next: combined format
    user_agent: NotRequired[str | None]
    log: NotRequired[str | None]  # the file, where tail has named it
    vhost: NotRequired[str | None]  # vhost or vhost:port before the line
    extra: NotRequired[str | None]  # fields after the known ones, as they were written
    request: NotRequired[str | None]  # the request line, if it is not METHOD target [PROTOCOL]


class MainRecord(Record):
    """One request of which is known what proxies say of the client, or its port."""

    header_x_forwarded_for: NotRequired[str | None]
    remote_port: NotRequired[int | None]


ALWAYS = [field for field in Record.__annotations__ if field in Record.__required_keys__]


class Refused(ValueError):  # noqa: N818 - the field's word for such a line, not an error of ours
    """A line that cannot be read. Its text is the reason, in lower case, for a person."""

"""Values of fields as keys of counters: any value of JSON, and none taken for another."""

from collections.abc import Sequence
from types import NoneType

import orjson
from msgspec import UNSET

from clfparse.events.part import Value, decoded

# Text and null stand for themselves, every other value for its JSON: 1, 1.0, "1", true stay apart.
Key = str | bytes | None

_DIGITS = 18  # an integer of so many has no more than 64 bits
_THEMSELVES = {str, NoneType}


def keys(values: list[object]) -> list[Key]:
    """Turn values into keys. In nearly every column all stand for themselves."""
    if set(map(type, values)) <= _THEMSELVES:
        return values  # type: ignore[return-value]
    return list(map(key, values))


def key(value: object) -> Key:
    """Turn one value into a key; a field that a record does not have is null."""
    if value is None or isinstance(value, str):
        return value
    if value is UNSET:
        return None
    if type(value) is int:
        return b"%d" % value  # it may be past 64 bits
    try:
        # A copy: what orjson returns keeps the 4 KiB that it was written in.
        return b"%b" % orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer past 64 bits within it, or nested deeper than orjson writes
        return _key_of_floats(value)


def _key_of_floats(value: object) -> Key:
    """Turn a value into a key, integers past 64 bits as floats; no value at all if that fails."""
    import json  # which most runs have no use for

    try:
        floats = orjson.loads(json.dumps(value))
        return b"%b" % orjson.dumps(floats, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError, RecursionError):
        return None


def json_value(key: Key) -> object:
    """Turn a key back into the value."""
    if not isinstance(key, bytes):
        return key
    import json  # orjson has no integers past 64 bits

    return json.loads(key)


def dumped(key: Key) -> object:
    """Return what stands for a key in a part: the value, or its JSON as ``{"json": TEXT}``.

    So no part holds an array or object of the log, nor a number past 64 bits.
    """
    if not isinstance(key, bytes):
        return key
    if key[0] in b"[{" or len(key) > _DIGITS:
        return {"json": key.decode()}
    return orjson.loads(key)


def undumped(value: object) -> Key:
    """Turn what `dumped` has made of a key back into it, in the same run."""
    return value["json"].encode() if isinstance(value, dict) else key(value)


def loaded(value: Value) -> Key:
    """Turn what `dumped` has made of a key back into it, from a part that was read."""
    return key(decoded(value))


def name(key: Key) -> str:
    """Turn a key into text for a person, or for the key of an object: null is ``-``, as in logs."""
    if key is None:
        return "-"
    return key.decode() if isinstance(key, bytes) else key


def rank(item: tuple[Key, int]) -> tuple[int, str, bool]:
    """Return what orders keys by their hits, the most first: an order that is total."""
    key, hits = item
    return -hits, name(key), not isinstance(key, str)


def held(values: Sequence[Key]) -> int:
    """Return the bytes of memory that keys take."""
    try:
        return sum(map(str.__sizeof__, values))  # nearly always all are text
    except TypeError:
        return sum(map(memory, values))


def memory(key: Key) -> int:
    """Return the bytes of memory that a key takes."""
    return 0 if key is None else key.__sizeof__()

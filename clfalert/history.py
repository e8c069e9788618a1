"""The alerts of earlier runs: what is not reported again, and the state that goes on from them.

Replaying the log's last lines after a restart makes some of their alerts again. Seconds up to the
last alert have been decided; only where the log's clock was set back since can the same come twice,
and then it is the same to the byte, but for its top: an earlier version wrote none.
"""

from collections import Counter
from typing import NamedTuple

import orjson

from clfalert.rule import Rule
from clfparse.values.times import instant

_BEGINNING = b'{"type":"alert","state":"'
_BESIDE = {"top", "approximate"}


class _State(NamedTuple):
    label: str | None
    triggered: bool
    second: int


class History:
    """The alerts in a file, and those to be added to it; see clfparse.stream.journal.

    path: of the file. pending: lines to be added, each with its newline.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.pending = bytearray()
        self._lines = Counter[bytes]()
        self._last: dict[str | None, _State] = {}  # of each label

    def load(self, line: bytes) -> None:
        """Take an alert of the file, oldest first. Raises ValueError for any other line."""
        state = _state(line)
        self._last[state.label] = state
        self._lines[_identity(line)] += 1

    def is_torn(self, rest: bytes) -> bool:
        """Tell whether a last line without newline is the beginning of an alert."""
        return rest.startswith(_BEGINNING) or _BEGINNING.startswith(rest)

    def resume(self, rule: Rule, label: str | None = None) -> None:
        """Let a rule go on from the last alert of a label, if there is one.

        Where no alert has a label, the file is from before they did, and its last one counts.
        """
        mine = None if set(self._last) == {None} else label
        if last := self._last.get(mine):
            rule.resume(last.second, triggered=last.triggered)

    def add(self, line: bytes) -> bool:
        """Take an alert, without newline; return whether it is new, and so to be reported."""
        identity = _identity(line)
        if self._lines[identity]:
            self._lines[identity] -= 1
            return False
        self.pending += line + b"\n"
        return True


def _identity(line: bytes) -> bytes:
    """Return what the same alert has in common wherever it is written."""
    fields = orjson.loads(line)
    return orjson.dumps({name: fields[name] for name in fields if name not in _BESIDE})


def _state(line: bytes) -> _State:
    """Return what an alert's line says. Raises ValueError if it is none."""
    try:
        alert = orjson.loads(line)
        if alert["type"] == "alert" and isinstance(alert["message"], str):
            state = ["recovered", "triggered"].index(alert["state"])
            label = alert.get("label")
            if label is None or isinstance(label, str):
                return _State(label, bool(state), instant(alert["time"]).second)
    except (ValueError, KeyError, TypeError):
        pass
    raise ValueError("no alert of clfalert's; nothing was added")

"""Counters of a run, in the text format of Prometheus, for node_exporter's textfile collector.

They are made of all that each window has counted, late panes too, and never go back within a run.
The format: https://prometheus.io/docs/instrumenting/exposition_formats/. Names of sections and
methods come from clients: only some have a line of their own, the others are added up.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from clfparse.counting import ddsketch, keys
from clfparse.events.alert import Alert
from clfparse.stream.rejects import Rejects
from clfparse.values.escapes import printable
from clfstats.counting.figures import Totals
from clfstats.counting.pane import Window

SECTIONS, METHODS = 100, 20  # that have lines of their own: those that come first
OTHER = "other"
_LONGEST = 200  # characters of a name
_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx", OTHER, "none")
# Seconds, as Prometheus' own libraries have them.
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_NANO = 1_000_000_000

_Sample = tuple[str, str, float]  # what the name ends with, labels, value


class Metrics:
    """Adds up the windows of a run.

    path: of the file. changed: whether it is to be written. newest: epoch second of the newest
    record.
    """

    def __init__(self, path: str, rejects: Rejects) -> None:
        self.path = path
        self.changed = True
        self.newest: int | None = None
        self._rejects = rejects
        self._sections: dict[str, Totals] = {}
        self._methods: Counter[str] = Counter()
        self._classes: Counter[str] = Counter(dict.fromkeys(_CLASSES, 0))
        self._alerts: Counter[str] = Counter(triggered=0, recovered=0)
        self._durations = ddsketch.DDSketch()
        self._late = 0

    def add(self, window: Window) -> None:
        """Count a window as it is written."""
        traffic, rest = window.traffic, window.traffic.totals
        if not rest.hits:
            return
        self.changed = True
        self._late += rest.hits if window.late else 0
        for row in traffic.values("section"):
            self._add_section(keys.name(row.key), Totals(row.hits, row.bytes, row.errors))
            rest = Totals(rest.hits - row.hits, rest.bytes - row.bytes, rest.errors - row.errors)
        if rest.hits:  # of values that a window could not hold
            self._add_section(OTHER, rest)
        methods = traffic.methods
        for method, hits in methods.items():
            self._methods[_label(method, self._methods, METHODS)] += hits
        if others := traffic.totals.hits - sum(methods.values()):
            self._methods[OTHER] += others
        for code, hits in traffic.status.items():
            self._classes[_class(code)] += hits
        self._durations.merge(traffic.durations)

    def alert(self, alert: Alert) -> None:
        """Count an alert."""
        self.changed = True
        self._alerts["recovered" if alert.recovered else "triggered"] += 1

    def render(self) -> bytes:
        """Return the whole text."""
        self.changed = False
        return "".join(f"{line}\n" for line in self._lines()).encode()

    def _add_section(self, name: str, counts: Totals) -> None:
        label = _label(name, self._sections, SECTIONS)
        self._sections[label] = self._sections.get(label, Totals()).plus(counts)

    def _lines(self) -> Iterator[str]:
        rows = [(_labels(section=name), counts) for name, counts in self._sections.items()]
        hits = [("", label, counts.hits) for label, counts in rows]
        sizes = [("", label, counts.bytes) for label, counts in rows]
        errors = [("", label, counts.errors) for label, counts in rows]
        yield from _family("requests_total", "counter", "Requests by section.", hits)
        yield from _family("bytes_total", "counter", "Bytes sent by section.", sizes)
        yield from _family("errors_total", "counter", "Answers with a 5xx status.", errors)
        yield from _counter(
            "responses_total", "Answers by class of status.", "class", self._classes
        )
        yield from _counter("methods_total", "Requests by method.", "method", self._methods)
        if self._durations.buckets:
            help_text = "How long requests took; bounds are right to two per cent."
            yield from _family(
                "request_duration_seconds", "histogram", help_text, _histogram(self._durations)
            )
        late = [("", "", self._late)]
        yield from _family("late_requests_total", "counter", "Too late for a window.", late)
        refused = [("", "", self._rejects.refused)]
        yield from _family("refused_lines_total", "counter", "Lines that are no record.", refused)
        yield from _counter("alerts_total", "Alerts of clfalert.", "state", self._alerts)
        if self.newest is not None:
            newest = [("", "", self.newest)]
            help_text = "Time of the newest record."
            yield from _family("newest_record_timestamp_seconds", "gauge", help_text, newest)


def _label(name: str, known: Collection[str], most: int) -> str:
    """Return the name under which something is counted: its own, if there is room for it."""
    label = printable(name[:_LONGEST])
    return label if label in known or len(known) < most else OTHER


def _class(code: str) -> str:
    """Return the class of a status code; ``-`` is none."""
    label = f"{code[0]}xx" if len(code) == 3 else "none"
    return label if label in _CLASSES else OTHER


def _labels(**labels: str) -> str:
    pairs = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(pairs)}}}"


def _escaped(value: str) -> str:
    """Return a label's value; it is printable, so there is no line break in it."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _family(name: str, kind: str, help_text: str, samples: Iterable[_Sample]) -> Iterator[str]:
    """Yield the lines of a metric."""
    yield f"# HELP clfstats_{name} {help_text}"
    yield f"# TYPE clfstats_{name} {kind}"
    for end, labels, value in samples:
        yield f"clfstats_{name}{end}{labels} {value!r}"


def _counter(name: str, help_text: str, label: str, counts: Counter[str]) -> Iterator[str]:
    samples = [("", _labels(**{label: value}), hits) for value, hits in counts.items()]
    return _family(name, "counter", help_text, samples)


def _histogram(durations: ddsketch.DDSketch) -> Iterator[_Sample]:
    """Yield the samples of a histogram: each bucket has all that is not above its bound."""
    for bound in _BOUNDS:
        last = ddsketch.bucket(bound)
        hits = sum(hits for number, hits in durations.buckets.items() if number <= last)
        yield "_bucket", _labels(le=repr(bound)), hits
    yield "_bucket", _labels(le="+Inf"), durations.buckets.total()
    yield "_sum", "", durations.nanoseconds / _NANO
    yield "_count", "", durations.buckets.total()

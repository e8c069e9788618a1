"""Which splits there are of which logs: small ones and packed ones are one each."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from clfstats.spark.logs import LogFile
from clfstats.spark.look import LOOK, carried, is_packed, whole_options
from clfstats.spark.pairs import CountOptions
from clfstats.spark.splits import Split, ranges

LARGEST = 32 << 20  # bytes of a split, and of a task
_LEAST = 1 << 20
_TASKS = 4  # for each core: some take longer than others


def task_size(logs: Sequence[LogFile], cores: int) -> int:
    """Return how many bytes a task should have, at most."""
    total = sum(log.size for log in logs)
    return min(LARGEST, max(_LEAST, total // (_TASKS * cores)))


def divide(
    logs: Sequence[LogFile], remote: Collection[int], settings: CountOptions, most: int
) -> Iterator[Split]:
    """Yield the splits of logs, in their order, of so many bytes at most where they can be cut.

    remote: places of the logs that Spark reads, whole.
    """
    always = whole_options(settings.forms, settings.zone)
    number = 0
    for at, log in enumerate(logs):
        divided = log.size > most and not always and at not in remote and _is_free(log, settings)
        for begin, end in ranges(log.size, most) if divided else [(0, log.size)]:
            yield Split(number, at, log.name, log.path, begin, end, whole=not divided)
            number += 1


def _is_free(log: LogFile, settings: CountOptions) -> bool:
    """Tell whether each line of a log can be read by itself, as far as its beginning shows."""
    try:
        with Path(log.path).open("rb") as file:
            head = file.read(LOOK)
    except OSError:  # an executor will say why, if it cannot either
        return False
    return not is_packed(head) and carried(head, settings.by) is None

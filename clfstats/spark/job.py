"""The job as Spark has it: splits are worked on anywhere, what they yield is merged and sorted."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any

from clfstats.counting.accumulator import Accumulator
from clfstats.counting.pane import Window
from clfstats.spark.hadoop import fitting
from clfstats.spark.pairs import FIRST_WINDOW, CountOptions, Pair, merge
from clfstats.spark.splits import Split, bundles
from clfstats.spark.work import work
from clfstats.views.parts import PartsView

_TIMES = 3  # as many partitions as cores, for the merged: some are larger than others
_TASKS = 8  # whose parts are one of them at most: this machine takes it in as a whole


class Done:
    """How many bytes of each log are done: adds up, as an accumulator of Spark has it."""

    def zero(self, _value: dict[int, int]) -> dict[int, int]:
        """Return nothing."""
        return {}

    def addInPlace(self, value: dict[int, int], other: dict[int, int]) -> dict[int, int]:  # noqa: N802
        """Return the sums."""
        for log, size in other.items():
            value[log] = value.get(log, 0) + size
        return value


def counted(
    context: Any,  # noqa: ANN401 - Spark's
    splits: Sequence[Split],
    remote: Collection[int],
    settings: CountOptions,
    done: Any,  # noqa: ANN401
    most: int,
) -> Iterator[Pair]:
    """Yield the report, refused lines where they are wanted, and windows by their start, as parts.

    remote: places of the logs that Spark reads; executors open the others. done: an accumulator.
    most: bytes of a task.
    """
    from pyspark import StorageLevel

    near = [split for split in splits if split.log not in remote]
    tasks = bundles(near, most)
    pairs = context.parallelize(tasks, max(1, len(tasks))).flatMap(partial(_work, settings, done))
    if remote:
        by_path: dict[str, list[Split]] = {}
        for split in splits:
            if split.log in remote:
                by_path.setdefault(split.path, []).append(split)
        names = ",".join(sorted({fitting(path) for path in by_path}))
        files = context.binaryFiles(names, min(len(remote), context.defaultParallelism * _TIMES))
        pairs = pairs.union(files.flatMap(partial(_work_on, settings, done, by_path)))
    count = len(tasks) + len(remote)
    number = max(1, min(count, max(context.defaultParallelism * _TIMES, count // _TASKS)))
    # Keys are numbers, and say themselves where they go: nothing hangs on a hash.
    merged = pairs.reduceByKey(merge, number, partial(_place, settings.unit))
    lines = merged.map(partial(_rendered, settings.unit))
    lines = lines.persist(StorageLevel.MEMORY_AND_DISK)  # sorting looks at it three times
    yield from lines.sortByKey(numPartitions=number).toLocalIterator()


def _work(settings: CountOptions, done: Any, task: list[Split]) -> Iterator[Pair]:  # noqa: ANN401
    for split in task:
        yield from work(split, settings)
        done.add({split.log: split.end - split.begin})


def _work_on(
    settings: CountOptions,
    done: Any,  # noqa: ANN401
    by_path: dict[str, list[Split]],
    file: tuple[str, bytes],
) -> Iterator[Pair]:
    path, content = file
    for split in by_path.get(path, ()):
        yield from work(split, settings, content)
        done.add({split.log: len(content)})


def _place(unit: int, key: int) -> int:
    return key // unit


def _rendered(unit: int, pair: Pair) -> Pair:
    start, value = pair
    if start < FIRST_WINDOW or not isinstance(value, Accumulator):
        return pair
    return start, PartsView().window(Window(start, start + unit, value, 0, unit))

"""Look for input that breaks the filters, guided by coverage: atheris does it, with libFuzzer.

What reaches new code is kept, and changed further. A target holds what comes of an input against
the rules: no exception, one record or refusal for each line, the same for any cut. Seeds are in
tests/seeds/TARGET, words of the grammar in tests/seeds/words.

The first run sets up .venv-fuzz with atheris, which needs CPython 3.11 to 3.13 on Linux or macOS.
What is learnt stays in .fuzz/corpus. A finding is shown with its traceback, and its input is
written to .fuzz/findings; then:

  1. bin/dev/fuzz --again FILE TARGET shows it once more; cut the file down while it still does.
  2. The lines become tests/golden/clfparse/NAME.in (of records: clfstats/, clfalert/), and the
     --format, if any, NAME.args. For the target custom that format is the input's first line.
  3. Once it is mended, pytest --update-golden writes what comes out: read it in git diff.
  4. The file itself goes to tests/seeds/TARGET: tests/test_properties.py holds every seed from then
     on, without atheris.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "tests/seeds"
VENV = ROOT / ".venv-fuzz"
LEARNT = ROOT / ".fuzz"
LONGEST = 1024  # bytes of an input
SLOWEST = 10  # seconds that one may take

Check = Callable[[bytes], None]

# All that is to be watched: imported at once, when atheris can look at it.
MODULES = [
    *(
        f"clfparse.formats.{name}"
        for name in ("detect", "stock", "custom", "customform", "apache", "nginx", "hints")
    ),
    *(f"clfparse.formats.{name}" for name in ("w3c", "w3cform", "jsonlog", "jsonplan", "jsonopen")),
    *(
        f"clfparse.formats.{name}"
        for name in ("auto", "catalog", "guess", "pairs", "template", "unwrap", "w3clog")
    ),
    *("clfparse.filter", "clfparse.stream.decompress", "clfparse.events.timeline"),
    *("clfstats.filter", "clfstats.views.text", "clfalert.filter"),
]


def grammar(data: bytes) -> None:
    """Read lines of the stock formats."""
    _lines("auto", data)


def custom(data: bytes) -> None:
    """Read a format string, and lines after it."""
    from clfparse.formats.catalog import find
    from clfparse.values.kinds import FormatError

    form, _, lines = data.partition(b"\n")
    text = form.decode(errors="ignore")
    if not find(text):  # they are other targets'
        with suppress(FormatError):
            _lines(text, lines)


def catalog(data: bytes) -> None:
    """Read lines of a format by its name, which stands before them, or of any."""
    from clfparse.formats.catalog import find

    name, _, lines = data.partition(b"\n")
    text = name.decode(errors="ignore")
    _lines(text if find(text) else "auto", lines)


def unwrap(data: bytes) -> None:
    """Read lines behind headers, and within objects."""
    import orjson

    _lines("auto", data)
    text = data.decode("utf-8", "replace")
    _lines("auto", orjson.dumps({"log": text, "stream": "stdout"}))
    _lines("auto", orjson.dumps({"MESSAGE": [*data[:LONGEST]]}))


def w3c(data: bytes) -> None:
    """Read lines with directives between them."""
    _lines("w3c", data)


def jsonlog(data: bytes) -> None:
    """Read lines of JSON."""
    _lines("json", data)


def stream(data: bytes) -> None:
    """Read anything, compressed or not, as many bytes at a time as the first byte says."""
    size, source = data[0] + 1 if data else 1, data[1:]
    cut = _unpacked(source[at : at + size] for at in range(0, len(source), size))
    hold(cut == _unpacked([source]), "where a source is cut changes what comes of it")


def records(data: bytes) -> None:
    """Read what clfstats and clfalert may find before them."""
    from clfparse.stream.contract import Now

    block, now = _complete(data), Now(1.6e9, timedelta())
    lines = [line + b"\n" for line in block.split(b"\n")[:-1]]
    for (whole, refused), (single, expected) in zip(_jobs(), _jobs(), strict=True):
        written = whole.add(block, now) + whole.close()
        one_by_one = b"".join([single.add(line, now) for line in lines])
        hold(written == one_by_one + single.close(), "where lines are cut changes what is written")
        hold(vars(refused) == vars(expected), "where lines are cut changes what is refused")
        hold(refused.lines == len(lines), "a line was not counted")


TARGETS: dict[str, Check] = {
    check.__name__: check
    for check in (grammar, custom, catalog, unwrap, w3c, jsonlog, stream, records)
}


class Broken(Exception):  # noqa: N818 - the rule is, not the program
    """A rule does not hold; the message says which."""


def hold(true: bool, rule: str) -> None:
    """Raise Broken unless a rule holds."""
    if not true:
        raise Broken(rule)


def _complete(data: bytes) -> bytes:
    return data if data.endswith(b"\n") or not data else data + b"\n"


def _lines(form: str, data: bytes) -> None:
    """Read lines both ways; hold each record against the rules."""
    import orjson

    from clfparse.events.hit import Run
    from clfparse.events.reader import Reader
    from clfparse.filter import Parser
    from clfparse.formats.detect import format_of
    from clfparse.stream.rejects import Rejects

    block = _complete(data)
    ways = [Rejects("clfparse", "hint") for _ in range(2)]
    fast, slow = (Parser(rejects, format_of(form)) for rejects in ways)
    written = fast.add(block)
    hold(written == slow.slow(block), "fast is not slow")
    hold(vars(ways[0]) == vars(ways[1]), "fast refuses what slow does not")
    parsed = written.splitlines()
    lines, refused = ways[0].lines, ways[0].refused
    hold(lines == block.count(b"\n"), "a line was not counted")
    # Some lines hold no data: a blank one, a directive, which may be refused too.
    hold(len(parsed) + refused + ways[0].skipped >= lines, "a line was dropped")
    for line in parsed:
        hold(line.decode().isprintable(), "a record holds what is unprintable")
        hold("type" not in orjson.loads(line), "a record has a type")
    records = [run.count for run in Reader(ways[1]).add(written) if isinstance(run, Run)]
    hold(sum(records) == len(parsed), "a record is none to its readers")


def _unpacked(reads: Iterable[bytes]) -> tuple[list[bytes], int, bytes]:
    """Return the lines of a source, how many were refused, and what was kept of them."""
    from clfparse.stream.decompress import Decompressor, Unreadable
    from clfparse.stream.lines import Lines
    from clfparse.stream.rejects import Rejects

    rejects = Rejects("p", "hint")
    lines, decompressor = Lines(rejects, 64), Decompressor()
    blocks: list[bytes] = []
    with suppress(Unreadable):
        for read in reads:
            for piece in decompressor.add(read):
                blocks += lines.add(piece)
        for piece in decompressor.finish():
            blocks += lines.add(piece)
    blocks += lines.finish()
    hold(all(block.endswith(b"\n") for block in blocks), "a block is not of whole lines")
    return b"".join(blocks).split(b"\n"), rejects.refused, bytes(rejects.refused_bytes)


def _jobs() -> Iterator[tuple[Any, Any]]:
    """Yield the readers of records, with what each could not read."""
    from fractions import Fraction

    from clfalert.filter import Watch
    from clfparse.events.clock import Mode
    from clfparse.stream.rejects import Rejects
    from clfstats.filter import Stats
    from clfstats.views.jsonl import JsonView
    from clfstats.views.text import TextView

    time: dict[str, Any] = {"delay": timedelta(seconds=2), "mode": Mode.AUTO}
    for view in (JsonView(), TextView(lambda: 40, colour=False)):
        rejects = Rejects("clfstats", "hint")
        by = ("section", "referer", "duration", "header_x")
        yield Stats(rejects, view, window=10, by=by, top=3, **time), rejects
    for through in (True, False):
        rejects = Rejects("clfalert", "hint")
        rule: dict[str, Any] = {"threshold": Fraction(1, 9), "recover": Fraction(1, 9)}
        rule |= {"window": 9, "text": not through, "through": through}
        yield Watch(rejects, **rule, **time), rejects


def fuzz(name: str, options: list[str]) -> None:
    """Run one target, in .venv-fuzz; it ends the process."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["clfparse", "clfstats", "clfalert"]):
        for module in MODULES:
            import_module(module)
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


def ready() -> Path:
    """Set up .venv-fuzz if it is not there; return its Python."""
    python = VENV / "bin/python"
    stamp = VENV / ".ready"
    if not stamp.exists():
        sys.stderr.write(f"setting up {VENV} with atheris, once\n")
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--editable", str(ROOT)]
        if subprocess.run([*install, "atheris"], check=False).returncode:
            sys.exit("fuzz: atheris cannot be installed here: it needs CPython 3.11 to 3.13")
        stamp.touch()
    return python


def fuzz_for(python: Path, name: str, seconds: int) -> bool:
    """Fuzz one target for a time; report how it went; return whether nothing was found."""
    corpus, findings = LEARNT / "corpus" / name, LEARNT / "findings"
    for folder in (corpus, findings, SEEDS / name):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    options = [
        *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}"),
        *(f"-artifact_prefix={findings}/{name}-", f"-dict={SEEDS / 'words'}"),
        *("-rss_limit_mb=1024", "-print_final_stats=1", str(corpus), str(SEEDS / name)),
    ]
    command = [str(python), "-P", str(Path(__file__)), "--inside", name, *options]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    executed = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    covered = re.findall(r"cov: (\d+) ft: (\d+)", done.stderr)
    reached = f"{covered[-1][0]} edges" if covered else "nothing reached"
    new = sorted(set(findings.iterdir()) - before)
    runs = f"{int(executed[1]):,}" if executed else "?"
    sys.stdout.write(f"{name}: {runs} runs in {seconds} s, {reached}, {len(new)} findings\n")
    if done.returncode or new:
        output = done.stderr.partition("=== Uncaught Python exception: ===")
        sys.stdout.write((output[2] or output[0])[-2500:])
    for path in new:
        sys.stdout.write(f"finding: {path}\n")
    sys.stdout.flush()
    return not (done.returncode or new)


def main() -> int:
    """Parse the command line and run."""
    if sys.argv[1:2] == ["--inside"]:
        fuzz(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(
        prog="fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--again", type=Path, metavar="FILE", help="only try this input once more")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    wanted = parser.parse_args()
    names = wanted.targets or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        parser.error(f"no target {min(unknown)!r}; there are {', '.join(TARGETS)}")
    if wanted.again:
        for name in names:
            TARGETS[name](wanted.again.read_bytes())
        return 0
    python = ready()
    # Each gets its time, whatever was found before.
    went = [fuzz_for(python, name, wanted.seconds) for name in names]
    return int(not all(went))


if __name__ == "__main__":
    sys.exit(main())

"""clfstats.spark.shipped: an archive that a Python without the packages can work from."""

import subprocess
import sys
from pathlib import Path

from logs import line

from clfstats.spark import shipped

CODE = """
import sys
import clfparse
from clfstats.spark.splits import Split
from clfstats.spark.pairs import CountOptions
from clfstats.spark.work import work
assert clfparse.__file__.startswith(sys.argv[1]), clfparse.__file__
split = Split(0, 0, "log", "", 0, 0, whole=True)
settings = CountOptions(10, ("section",))
for form in ("auto", "haproxy", "json"):
    pairs = list(work(split, settings._replace(forms=(form,)), sys.argv[2].encode()))
    print(form, len(pairs), pairs[-1][1].refused)
"""


def test_all_that_a_worker_needs_is_in_it(tmp_path: Path, clean: dict[str, str]) -> None:
    archive = tmp_path / "packages.zip"
    shipped.write(archive)
    env = {**clean, "PYTHONPATH": str(archive)}
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(archive), line(1_500_000_000)],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("auto 2 0\nhaproxy 1 1\njson 1 1\n", "")

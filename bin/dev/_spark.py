"""Hold clfspark, on a cluster of this machine, against the filters alone: bytes, and lines/s."""

import argparse
import gzip
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
import _bench_logs
from _spark_cluster import HOST, at_work, cluster, executors

from clfstats.spark.needs import MODULES

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ("common", "nginx", "apache", "iis", "mixed")
PACKED = "nginx"
READ = "clfstats < {0}.parts > {0}.summaries; clfalert -t 150 < {0}.parts > {0}.alerts"
MACHINE = "clfparse logs/* | clfstats --parts | LC_ALL=C sort | clfstats --parts > {0}.parts"
PARALLEL = (
    "ls logs/* | parallel 'clfparse {{}} | clfstats --parts' | LC_ALL=C sort"
    " | clfstats --parts > {0}.parts"
)
SPARK = "clfspark logs --master {1} > {0}.parts"


class Bench:
    """Commands in a folder of their own, and what they took."""

    def __init__(self, folder: Path, lines: int, limit: float) -> None:
        self.folder = folder
        self.lines = lines
        self._until = time.monotonic() + limit
        venv = folder / "venv"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        self.env = clean | {
            "PATH": f"{venv}/bin:{clean['PATH']}",
            "SPARK_LOCAL_IP": HOST,
            "TMPDIR": str(folder / "tmp"),
        }

    def left(self) -> float:
        """Return the seconds that there are yet, at least one."""
        return max(1.0, self._until - time.monotonic())

    def shell(self, name: str, script: str, *words: str) -> float:
        """Run a script of bash; return its seconds. Exits where it fails."""
        began = time.monotonic()
        run = self.start(name, script, *words)
        self.finish(name, run)
        return time.monotonic() - began

    def start(self, name: str, script: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a script of bash. {0} in it is the name, {1} and so on are the words."""
        text = "set -o pipefail; " + script.format(name, *words)
        return subprocess.Popen(
            ["bash", "-c", text], cwd=self.folder, env=self.env, start_new_session=True
        )

    def finish(self, name: str, run: subprocess.Popen[bytes]) -> None:
        """Wait for a script; whatever happens, nothing of it is left."""
        try:
            status = run.wait(self.left())
        except BaseException:
            os.killpg(run.pid, signal.SIGTERM)
            run.wait(60)
            raise
        if status:
            raise SystemExit(f"spark: {name}: status {status}")

    def report(self, name: str, seconds: float) -> None:
        """Print what a run took."""
        rate = self.lines / seconds
        print(f"{name:34} {seconds:7.1f} s  {rate:11,.0f} lines/s", flush=True)  # noqa: T201

    def compare(self, name: str) -> None:
        """Hold parts, summaries and alerts against those of one machine."""
        self.shell(name, READ)
        for kind in ("parts", "summaries", "alerts"):
            mine, other = (self.folder / f"{each}.{kind}" for each in (name, "machine"))
            if mine.read_bytes() != other.read_bytes() or not mine.stat().st_size:
                raise SystemExit(f"spark: {name}: {kind} are not those of one machine")
        sizes = [len(Path(self.folder, f"{name}.{k}").read_bytes()) for k in ("parts", "alerts")]
        print(f"  the same bytes: {sizes[0]:,} of parts, {sizes[1]:,} of alerts")  # noqa: T201


def install(bench: Bench) -> Path:
    """Make the environments: with PySpark; and that of executors, without the packages."""
    for name, what in (("venv", f"{ROOT}[spark]"), ("bare", " ".join(MODULES))):
        subprocess.run([sys.executable, "-m", "venv", bench.folder / name], check=True)
        pip = [str(bench.folder / name / "bin/python"), "-m", "pip", "install", "--quiet"]
        packages = [what] if name == "venv" else what.split()
        subprocess.run([*pip, *packages], env=bench.env, check=True, timeout=bench.left())
    bench.env["PYSPARK_PYTHON"] = str(bench.folder / "bare/bin/python")
    where = "import pyspark; print(pyspark.__path__[0], pyspark.__version__)"
    python = [str(bench.folder / "venv/bin/python"), "-c", where]
    home, version = subprocess.check_output(python, env=bench.env, text=True).split()
    print(f"PySpark {version}, {os.cpu_count()} cores")  # noqa: T201
    return Path(home)


def make_logs(bench: Bench) -> None:
    """Write logs of all shapes; one of them is packed."""
    logs = bench.folder / "logs"
    logs.mkdir()
    for seed, shape in enumerate(SHAPES):
        path = logs / f"{shape}.log"
        _bench_logs.write(path, getattr(_bench_logs, shape), bench.lines // len(SHAPES), seed)
        if shape == PACKED:
            with gzip.open(f"{path}.gz", "wb", 6) as packed:
                packed.write(path.read_bytes())
            path.unlink()
    size = sum(path.stat().st_size for path in logs.iterdir())
    print(f"{bench.lines:,} lines, {size / 1e6:.0f} MB in {len(SHAPES)} files, one packed")  # noqa: T201


def kill(bench: Bench, url: str) -> None:
    """Run the job once more, and kill an executor by its process as its workers work."""
    began = time.monotonic()
    run = bench.start("killed", SPARK, url)
    killed = 0
    while run.poll() is None and not killed and bench.left() > 1:
        for pid in executors(bench.folder / "work"):
            if at_work(pid) and not killed:
                os.kill(pid, signal.SIGKILL)
                killed = pid
        time.sleep(0.02)
    written = (bench.folder / "killed.parts").stat().st_size
    bench.finish("killed", run)
    if not killed or written:
        raise SystemExit("spark: the job was over before an executor could be killed")
    bench.report("clfspark, an executor killed -9", time.monotonic() - began)
    bench.compare("killed")


def main() -> None:
    """Run it all, in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of all logs together")
    parser.add_argument("--limit", type=float, default=1_200, help="seconds for all of it")
    wanted = parser.parse_args()
    if not shutil.which("java"):
        raise SystemExit("spark: no Java: apt-get install openjdk-17-jre-headless")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="clf-filters-spark.", ignore_cleanup_errors=True) as at:
        bench = Bench(Path(at), wanted.lines, wanted.limit)
        (bench.folder / "tmp").mkdir()
        home = install(bench)
        make_logs(bench)
        bench.report("clfparse | clfstats --parts ...", bench.shell("machine", MACHINE))
        bench.shell("machine", READ)
        if shutil.which("parallel"):
            bench.report("GNU parallel, a file each", bench.shell("parallel", PARALLEL))
            bench.compare("parallel")
        bench.report("clfspark --master local[2]", bench.shell("local", SPARK, "local[2]"))
        bench.compare("local")
        with cluster(home, bench.folder, bench.env) as url:
            bench.report("clfspark on the cluster, cold", bench.shell("cold", SPARK, url))
            bench.compare("cold")
            bench.report("clfspark on the cluster, warm", bench.shell("warm", SPARK, url))
            bench.compare("warm")
            kill(bench, url)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None

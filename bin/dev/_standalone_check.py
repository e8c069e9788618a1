"""Tries of the one file and of its .deb: what they write, how they end, what is left of them."""

import bz2
import gzip
import lzma
import os
import shlex
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

from _outcomes import PROBLEMS, clean, expect, say
from _pages import ROOT
from _standalone_bare import Bare
from _standalone_ends import Words, try_ends, try_monitor

GOLDEN = ROOT / "tests/golden"
_VERSION = f"clf-filters {version('clf-filters')}".encode()  # as a page has it
NAMES = ("clfparse", "clfstats", "clfalert", "clfgen", "clfmon")


def check(built: Path, package: Path, folder: Path) -> int:
    """Try both; return the status: 1 if something is not as it should be. folder: a place."""

    def packages(name: str) -> list[str]:
        return [str(folder / "venv/bin" / name)]

    def alone(name: str) -> list[str]:
        return [str(built), name]

    _golden("golden files", alone)
    _same(folder, alone, packages)
    try_ends(folder, alone, packages)
    _start(alone, packages)
    if os.geteuid():
        say("bare system", "not tried: that takes root")
    else:
        with Bare(folder / "bare") as bare:
            shutil.copy(built, bare.root / "clf-filters")
            _golden("bare system", lambda name: bare.words("/clf-filters", name))
            before = bare.files()
            bare.dpkg("--install", str(package))
            _golden("the package", lambda name: bare.words(f"/usr/bin/{name}"))
            try_monitor("its clfmon", bare.words("/usr/bin/clfmon"), bare.root, "/access.log")
            bare.dpkg("--purge", "clf-filters")
            expect("left of it", sorted(bare.files() ^ before), [])
    _lint(package)
    for problem in PROBLEMS:
        sys.stderr.write(f"standalone: {problem}\n")
    return 1 if PROBLEMS else 0


def _golden(what: str, words: Words) -> None:
    """Hold all golden files: what is written, byte for byte, what is reported, and the status."""
    inputs = sorted(GOLDEN.glob("*/*.in"))
    for source in inputs:
        args = source.with_suffix(".args")
        options = shlex.split(args.read_text()) if args.exists() else []
        with source.open("rb") as file:
            command = [*words(source.parent.name), *options]
            done = subprocess.run(
                command, stdin=file, env=clean(), capture_output=True, check=False
            )
        seen = {".out": done.stdout, ".err": done.stderr, ".code": b"%d\n" % done.returncode}
        for suffix, data in seen.items():
            path = source.with_suffix(suffix)
            nothing = b"0\n" if suffix == ".code" else b""
            wanted = path.read_bytes() if path.exists() else nothing
            if data != wanted.replace(b"clf-filters VERSION", _VERSION):
                PROBLEMS.append(f"{what}: {source.parent.name}/{path.name} is another")
    say(what, f"{len(inputs)} cases")


def _same(folder: Path, words: Words, packages: Words) -> None:
    """See that what no golden file reaches is as the packages have it: machine code above all."""
    sample = (ROOT / "tests/helpers/sample.log").read_bytes()
    packed = {
        "gz": gzip.compress(sample),
        "bz2": bz2.compress(sample),
        "xz": lzma.compress(sample),
    }
    if shutil.which("zstd"):
        packed["zst"] = subprocess.check_output(["zstd", "-c"], input=sample)
    paths = [folder / f"sample.{kind}" for kind in packed]
    for path, data in zip(paths, packed.values(), strict=True):
        path.write_bytes(data)
    runs = [["clfparse", str(path)] for path in paths]
    runs += [["clfparse", "--zone", zone, str(paths[0])] for zone in ("Europe/Berlin", "nowhere")]
    runs += [[name, option] for name in NAMES for option in ("--help", "--version", "--bad")]
    for run in runs:
        done = [
            subprocess.run([*how(run[0]), *run[1:]], env=clean(), capture_output=True, check=False)
            for how in (words, packages)
        ]
        seen, wanted = ((each.stdout, each.stderr, each.returncode) for each in done)
        if seen != wanted:
            PROBLEMS.append(f"{' '.join(run)}: {seen}, and not {wanted}")
    say("as the packages", f"{len(runs)} runs")


def _start(words: Words, packages: Words) -> None:
    """Say how long a start takes, the quickest of some, and that of the packages."""
    quickest = []
    for how in (words, packages):
        took = []
        for _ in range(7):
            began = time.monotonic()
            subprocess.run(how("clfparse"), stdin=subprocess.DEVNULL, env=clean(), check=True)
            took.append(time.monotonic() - began)
        quickest.append(min(took))
    say("a start", f"{quickest[0]:.2f} s, of the packages {quickest[1]:.2f} s")


def _lint(package: Path) -> None:
    if not shutil.which("lintian"):
        say("lintian", "not here")
        return
    words = ["lintian", "--allow-root", "--tag-display-limit=0", str(package)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    expect("lintian", done.stdout.strip() or "nothing", "nothing")

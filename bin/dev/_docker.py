"""Docker as it is here: the daemon that runs, or one that is started for this, and ended."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
_START = 60.0  # seconds that a daemon may take
_END = 30.0


class Docker(NamedTuple):
    """A daemon. host: its address, or None for the usual one. own: whether it was started here."""

    host: str | None = None
    own: bool = False

    def run(
        self, *words: str, stdin: bytes = b"", patience: float = 120
    ) -> subprocess.CompletedProcess[bytes]:
        """Run docker with these words; return how it has ended, in any case."""
        env = {**os.environ, **({} if self.host is None else {"DOCKER_HOST": self.host})}
        return subprocess.run(
            ["docker", *words],
            env=env,
            input=stdin,
            capture_output=True,
            timeout=patience,
            check=False,
        )

    def do(self, *words: str, stdin: bytes = b"", patience: float = 120) -> str:
        """Run docker; return what it writes. Ends this program, with its messages, if it fails."""
        done = self.run(*words, stdin=stdin, patience=patience)
        if done.returncode:
            # The daemon tells what a failed step of a build wrote on stdout.
            sys.stderr.buffer.write(done.stdout[-4000:] + done.stderr[-4000:])
            sys.exit(f"docker {words[0]} has failed")
        return done.stdout.decode(errors="replace")


@contextmanager
def daemon() -> Iterator[Docker]:
    """Yield the daemon that runs; else one that is started, and ended by its own number."""
    if not shutil.which("docker"):
        sys.exit("docker is needed")
    if Docker().run("info").returncode == 0:
        yield Docker()
        return
    if os.geteuid() or not shutil.which("dockerd"):
        sys.exit("no Docker daemon runs; where dockerd is installed, root can have one started")
    with (
        tempfile.TemporaryDirectory(prefix="clf-docker.") as folder,
        Path(folder, "log").open("wb") as log,
    ):
        process = subprocess.Popen(
            [
                "dockerd",
                *("--bridge=none", "--iptables=false", f"--host=unix://{folder}/socket"),
                *(f"--{name}={folder}/{name}" for name in ("data-root", "exec-root", "pidfile")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is not for it: its containers go first
        )
        try:
            docker = Docker(f"unix://{folder}/socket", own=True)
            until = time.monotonic() + _START
            while docker.run("info").returncode:
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit(Path(folder, "log").read_text()[-2000:] + "dockerd has not started")
                time.sleep(0.2)
            yield docker
        finally:
            process.terminate()
            try:
                process.wait(_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _unmount(folder)


def _unmount(folder: str) -> None:
    """Undo what a daemon leaves mounted in its folder, such as a container's network."""
    points = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for point in reversed(points):
        if point.startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", point], check=False)


def base_of(dockerfile: str) -> str:
    """Return the name of the image that a Dockerfile begins with."""
    return str(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)[0])


def provide(docker: Docker, image: str) -> str:
    """See to it that an image is there; return where it is from.

    Where it cannot be fetched a daemon of our own gets a Debian with Python under its name, which
    holds all that a build fetches: the Dockerfile is the same, and needs no network.
    """
    if docker.run("image", "inspect", image).returncode == 0:
        return "as it was here"
    if docker.run("pull", "--quiet", image, patience=600).returncode == 0:
        return "as it was fetched"
    if not docker.own or not shutil.which("debootstrap"):
        sys.exit(f"{image} cannot be fetched, and is made for a daemon started here alone")
    with tempfile.TemporaryDirectory(prefix="clf-base.") as folder:
        _make_debian(Path(folder))
        with subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE) as tar:
            subprocess.run(
                ["docker", "--host", docker.host or "", "import", "-", image],
                stdin=tar.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
    return "a Debian 12 in its place"


def _make_debian(folder: Path) -> None:
    """Make a Debian with Python 3.11, and the wheels that the build needs, as pip's only source."""
    packages = "--include=python3,python3-venv,ca-certificates"
    _quiet("debootstrap", "--variant=minbase", packages, "bookworm", str(folder))
    (folder / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    wheels = folder / "opt/wheels"
    wheels.mkdir(parents=True)
    description = (ROOT / "pyproject.toml").read_text()
    needed = re.findall(r'^    "([a-z.]+[<>=][^;"]*)', description, re.MULTILINE)
    run, _, _ = description.partition("[dependency-groups]")
    needed = [each for each in needed if f'"{each}' in run]
    build = re.findall(r'^requires = \["(.*?)"\]', description, re.MULTILINE)
    _quiet(
        *(sys.executable, "-m", "pip", "download", "--dest", str(wheels)),
        *("--constraint", str(ROOT / "constraints.txt")),
        *("--python-version", "3.11", "--only-binary", ":all:"),
        *(*needed, *build),
    )
    (folder / "etc/pip.conf").write_text("[global]\nno-index = true\nfind-links = /opt/wheels\n")


def _quiet(*words: str) -> None:
    """Run a command that is heard only when it fails; end this program then."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stderr.buffer.write(done.stdout[-4000:])
        sys.exit(f"{words[0]} has failed")

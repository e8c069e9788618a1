"""The .deb of the one file: with man pages, completions and the service, made by dpkg-deb alone."""

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import _completions
from _pages import PAGES, ROOT, TOPICS

_AUTHORS = "the clf-filters authors <clf-filters@localhost>"
_DOC = "usr/share/doc/clf-filters"
_PLACES = {  # where Debian's shells look
    "share/bash-completion/completions": "usr/share/bash-completion/completions",
    "share/zsh/site-functions": "usr/share/zsh/vendor-completions",
    "share/fish/vendor_completions.d": "usr/share/fish/vendor_completions.d",
}
_DEFAULT = """\
# Options of clfmon@.service, for all logs: clfmon(1), ENVIRONMENT.
#CLFMON_THRESHOLD=50
"""
# A history stays: it is the operator's, like the logs.
_OVERRIDES = """\
# One file for systems that may lack these libraries, or have others.
embedded-library
# As Debian's own python3.11: it would take 1.15 times as long.
hardening-no-pie
# Of a template, all instances.
maintainer-script-calls-systemctl
# It is of no distribution.
bogus-mail-host
bogus-mail-host-in-debian-changelog
"""
_SCRIPTS = {
    "postinst": """\
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    [ -z "$2" ] || systemctl try-restart 'clfmon@*.service'
fi
""",
    "prerm": """\
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl stop 'clfmon@*.service'
fi
""",
    "postrm": """\
#!/bin/sh
set -e
if [ "$1" = purge ]; then
    rm -f /etc/systemd/system/multi-user.target.wants/clfmon@*.service
fi
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
fi
""",
}


def build(
    executable: Path,
    commands: Iterable[str],
    project: dict[str, Any],
    libc: str,
    terms: str,
    folder: Path,
) -> Path:
    """Write the package into a folder; return its path."""
    tree = folder / "deb"
    home = _put(tree, "usr/lib/clf-filters/clf-filters", executable.read_bytes(), 0o755)
    for name in commands:
        _place(tree, f"usr/bin/{name}").symlink_to(f"../lib/clf-filters/{home.name}")
        _put(tree, f"usr/share/man/man1/{name}.1.gz", _packed(PAGES[name].read_bytes()))
    for page in TOPICS:
        _put(tree, f"usr/share/man/man7/{page.name}.gz", _packed(page.read_bytes()))
    for place, text in _completions.made():
        parent, _, name = place.rpartition("/")
        if any(each in name for each in commands):
            _put(tree, f"{_PLACES[parent]}/{name}", text.encode())
    monitor = ROOT / "clfstats/monitor"
    unit = (monitor / "clfmon@.service").read_text()
    _put(tree, "usr/lib/systemd/system/clfmon@.service", in_place(unit).encode())
    _put(tree, f"{_DOC}/command.conf", in_place((monitor / "command.conf").read_text()).encode())
    changes = (ROOT / "CHANGELOG.md").read_text()
    _put(tree, f"{_DOC}/CHANGELOG.md.gz", _packed(changes.encode()))
    _put(tree, f"{_DOC}/changelog.gz", _packed(entry(project["version"], changes).encode()))
    overrides = re.sub("^(?!#)", "clf-filters: ", _OVERRIDES.strip(), flags=re.MULTILINE)
    _put(tree, "usr/share/lintian/overrides/clf-filters", f"{overrides}\n".encode())
    _put(tree, f"{_DOC}/copyright", terms.encode())
    _put(tree, "etc/default/clfmon", _DEFAULT.encode())
    _put(tree, "DEBIAN/conffiles", b"/etc/default/clfmon\n")
    for name, text in _SCRIPTS.items():
        _put(tree, f"DEBIAN/{name}", text.encode(), 0o755)
    arch = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    _put(tree, "DEBIAN/control", control(project, arch, libc, size).encode())
    path = folder / f"clf-filters_{project['version']}_{arch}.deb"
    words = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(path)]
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    shutil.rmtree(tree)
    return path


def in_place(unit: str) -> str:
    """Return a unit, or a drop-in of one, that runs the command where the package has it."""
    return re.sub(r"(?<==:|; )clfmon (?=-- )", "/usr/bin/clfmon ", unit)


def control(project: dict[str, Any], arch: str, libc: str, size: int) -> str:
    """Return what a package says of itself. libc: the oldest version. size: KiB, installed."""
    summary = project["description"].partition(":")
    return f"""\
Package: clf-filters
Version: {project["version"]}
Architecture: {arch}
Maintainer: {_AUTHORS}
Installed-Size: {size}
Depends: libc6 (>= {libc})
Recommends: tzdata
Suggests: jq
Section: web
Priority: optional
Description: {summary[0][:1].lower()}{summary[0][1:]}
 Three filters watch a web server through its access log: traffic by section of
 the site, and an alert, with its recovery, when there is too much of it.
 clfmon runs them on a log, also as a service for each; clfgen makes up traffic.
 .
 Python and all else that they need is in one executable.
"""


def entry(version: str, changes: str) -> str:
    """Return the changelog as dpkg has it: that of a version that is not released is of today."""
    dated = re.search(rf"^## \[{re.escape(version)}\] - (\S+)$", changes, re.MULTILINE)
    day = datetime.fromisoformat(dated[1]) if dated else datetime.now(UTC)
    return (
        f"clf-filters ({version}) unstable; urgency=medium\n\n  * CHANGELOG.md.gz lists it.\n\n"
        f" -- {_AUTHORS}  {day:%a, %d %b %Y} 00:00:00 +0000\n"
    )


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _put(tree: Path, place: str, data: bytes, mode: int = 0o644) -> Path:
    path = _place(tree, place)
    path.write_bytes(data)
    path.chmod(mode)
    return path


def _place(tree: Path, place: str) -> Path:
    """Return a path; its folders are there, as everywhere, whatever the umask."""
    path = tree / place
    for parent in reversed(path.relative_to(tree).parents):
        (tree / parent).mkdir(exist_ok=True, parents=True)
        (tree / parent).chmod(0o755)
    return path

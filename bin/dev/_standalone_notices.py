"""Whose work is in the one executable, and under which terms."""

from pathlib import Path

from _pages import ROOT

# They are not in it.
_TOOLS = {"altgraph", "packaging", "pip", "pyinstaller", "pyinstaller_hooks_contrib", "setuptools"}
# Debian's packages of what is linked, or carried.
_LINKED = ("libexpat1-dev", "zlib1g-dev", "liblzma5", "libbz2-1.0")


def notices(site: Path, stdlib: Path) -> str:
    """Return whose work is in the executable, and under which terms.

    site: the folder of the installed packages. stdlib: of the standard library.
    """
    texts = {"clf-filters": ROOT / "LICENSE", "Python": stdlib / "LICENSE.txt"}
    for folder in sorted(site.glob("*.dist-info")):
        name = folder.name.partition("-")[0].lower()
        for path in sorted(folder.rglob("LICEN[CS]E*")):
            either = path.name.endswith("-APACHE") and any(path.parent.glob("*-MIT"))
            if not either and name not in _TOOLS | {"clf_filters"}:
                texts[f"{name}: {path.name}"] = path
    for name in _LINKED:
        texts[name] = Path("/usr/share/doc", name, "copyright")
    parts = [
        f"{name}\n{'=' * len(name)}\n\n{path.read_text(errors='replace').strip()}\n"
        for name, path in texts.items()
        if path.is_file()
    ]
    return "\n\n".join(parts)

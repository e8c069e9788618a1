"""clfparse.stream.snapshot: a file that is replaced as a whole, or stays as it is."""

import os
from pathlib import Path

import pytest

from clfparse.stream.journal import Unusable
from clfparse.stream.snapshot import Snapshot


class Text:
    """Content of so many writings."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.changed = True
        self.written = 0

    def render(self) -> bytes:
        """Return it, and count that."""
        self.changed = False
        self.written += 1
        return b"%d\n" % self.written


def test_it_is_replaced_when_it_has_changed(tmp_path: Path) -> None:
    """A reader that has it open goes on with the old one."""
    content = Text(tmp_path / "clf.prom")
    snapshot = Snapshot(content)
    with (tmp_path / "clf.prom").open("rb") as reader:
        snapshot.update()
        assert (tmp_path / "clf.prom").read_bytes() == b"1\n"
        content.changed = True
        snapshot.update()
        assert reader.read() == b"1\n"
    assert (tmp_path / "clf.prom").read_bytes() == b"2\n"
    assert os.listdir(tmp_path) == ["clf.prom"]  # noqa: PTH208
    assert oct((tmp_path / "clf.prom").stat().st_mode & 0o777) == oct(0o666 & ~umask())


def umask() -> int:
    before = os.umask(0)
    os.umask(before)
    return before


@pytest.mark.parametrize("name", [".", "none/clf.prom", "/dev/null"])
def test_what_cannot_be_replaced(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"not a regular file|No such file"):
        Snapshot(Text(tmp_path / name))


def test_a_failure_leaves_it_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Text(tmp_path / "clf.prom")
    snapshot = Snapshot(content)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    content.changed = True
    monkeypatch.setattr("clfparse.stream.snapshot.write_all", full)
    with pytest.raises(OSError, match="No space"):
        snapshot.update()
    assert (tmp_path / "clf.prom").read_bytes() == b"1\n"
    assert os.listdir(tmp_path) == ["clf.prom"]  # noqa: PTH208

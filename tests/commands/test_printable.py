"""No message acts on a terminal, whatever a file is called and whatever was typed."""

import subprocess
from pathlib import Path

import pytest
from logs import line

# A colour, the window's title, an override of direction, a second message, a byte that is no text.
NAME = "\x1b[31m\x1b]0;owned\x07\u202e\nclfparse: \udcff"
SHOWN = r"\x1b[31m\x1b]0;owned\x07\u202e\nclfparse: \udcff"
BAD = [
    ["clfparse", NAME],
    ["clfparse", "good", NAME],
    ["clfparse", "--rejects", f"nix/{NAME}"],
    ["clfparse", "--format", NAME],
    ["clfparse", "--zone", NAME],
    ["clfparse", f"--{NAME}"],
    ["clfparse", f"--strict={NAME}"],
    ["clfstats", NAME],
    ["clfstats", "--window", NAME],
    ["clfstats", "--clock", NAME],
    ["clfstats", "--top", NAME],
    ["clfalert", f"-t={NAME}"],
    ["clfalert", "--history", f"nix/{NAME}"],
    ["clfalert", "--history", "good", NAME],
    ["clfgen", NAME],
    ["clfgen", "--replay", NAME],
    ["clfgen", "--burst", NAME],
]


@pytest.mark.parametrize("command", BAD, ids=lambda command: " ".join(command[:2]))
def test_messages_are_printable(command: list[str], tmp_path: Path, clean: dict[str, str]) -> None:
    (tmp_path / "good").write_text(line(0))
    done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, check=False)
    assert done.returncode in {1, 2}
    message = done.stderr.decode()
    assert message.replace("\n", "").isprintable()
    assert not message.startswith("clfparse: \\udcff")
    assert "\nclfparse: \\udcff" not in message
    assert "Traceback" not in message


def test_a_line_of_a_file_of_any_name(tmp_path: Path, clean: dict[str, str]) -> None:
    (tmp_path / NAME).write_text("odd\n" + line(0))
    command = ["clfparse", NAME]
    done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, check=True)
    assert done.stderr.decode().startswith(f"clfparse: {SHOWN}: line 1: ")


def test_no_message_goes_elsewhere(clean: dict[str, str]) -> None:
    """Not where standard error is closed, either."""
    command = ["bash", "-c", "clfparse --nix 2>&-"]
    done = subprocess.run(command, env=clean, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")

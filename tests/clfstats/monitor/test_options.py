"""Options by the environment: each has a variable, which the command line overrides."""

import pytest
from typer import BadParameter, Context
from typer.main import get_command

from clfstats.monitor.cli import app
from clfstats.monitor.options import formats, given

VARIABLES = (
    "THRESHOLD RECOVER ALERT_WINDOW HISTORY LABEL WINDOW BY TOP DELAY FORMAT CLIENT ZONE LINES"
    " PLAIN ALERTS DEMO"
)


def parsed(monkeypatch: pytest.MonkeyPatch, *words: str, **variables: str) -> Context:
    """Return what clfmon makes of a command line and of variables, without their prefix."""
    for name, value in variables.items():
        monkeypatch.setenv(f"CLFMON_{name}", value)
    return get_command(app).make_context("clfmon", [*words])  # type: ignore[return-value]


def test_each_option_has_a_variable_of_its_name() -> None:
    options = [each for each in get_command(app).params if each.name != "logs"]
    variables = [option.envvar for option in options if option.envvar]
    assert variables == [f"CLFMON_{name}" for name in VARIABLES.split()]
    assert [option.opts[0] for option in options if not option.envvar] == ["--version"]


def test_a_variable_sets_what_the_command_line_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    context = parsed(
        monkeypatch, "--top", "3", "x.log", TOP="4", LINES="5", PLAIN="yes", BY="host status"
    )
    assert (context.params["top"], context.params["lines"], context.params["plain"]) == (3, 5, True)
    assert [*context.params["by"]] == ["host", "status"]
    assert given(context) == {
        "logs": "a LOG",
        "top": "--top",
        "lines": "CLFMON_LINES",
        "plain": "CLFMON_PLAIN",
        "by": "CLFMON_BY",
    }


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a line in a file of settings that nobody has filled in."""
    context = parsed(monkeypatch, **dict.fromkeys(VARIABLES.split(), ""))
    assert given(context) == {}


@pytest.mark.parametrize(
    ("value", "listed"),
    [
        ("nginx", ["nginx"]),
        ("Combined  w3c\nauto", ["Combined", "w3c", "auto"]),
        ('%h %l %u %t "%r" %>s %b', ['%h %l %u %t "%r" %>s %b']),
        ("$remote_addr\n [$time_local]", ["$remote_addr\n [$time_local]"]),
        ("combined %h", ["combined %h"]),  # no name: it is refused as it stands
    ],
)
def test_formats_are_names_or_one_string(
    value: str, listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A format string has spaces, at which typer would cut it."""
    context = parsed(monkeypatch, FORMAT=value)
    assert [*formats(context, context.params["forms"])] == listed


def test_formats_of_the_command_line_are_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    context = parsed(monkeypatch, "--format", "%h %t", "--format", "w3c", FORMAT="nginx")
    assert [*formats(context, context.params["forms"])] == ["%h %t", "w3c"]
    assert formats(parsed(monkeypatch, FORMAT=""), None) == []


@pytest.mark.parametrize(("name", "value"), [("TOP", "x"), ("LINES", "-1"), ("PLAIN", "maybe")])
def test_a_message_names_the_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only where it was that which was used."""
    with pytest.raises(BadParameter) as raised:
        parsed(monkeypatch, **{name: value})
    assert raised.value.format_message().startswith(f"Invalid value for CLFMON_{name}: ")
    with pytest.raises(BadParameter) as raised:
        parsed(monkeypatch, "--top", "y", **{name: value})
    assert "--top" in raised.value.format_message() or name != "TOP"

"""Options by the environment: each has a variable of its name, which the command line overrides."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from clfparse.formats.options import are_names

_PREFIX = "CLFMON_"


class Configurable(TyperCommand):
    """A command whose option ``--alert-window`` is set by CLFMON_ALERT_WINDOW, too.

    What typer makes of a prefix bears the parameters' names, which are not those of the options.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(*arguments, **settings)
        for option in self.params:
            if isinstance(option, TyperOption) and not option.is_eager:
                word = max(option.opts, key=len).lstrip("-")
                option.envvar = _PREFIX + word.upper().replace("-", "_")
                # The help says it of all; a message is to name what was used, and that alone.
                option.show_envvar = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own
        """Parse the command line; what cannot be read of a variable is reported as of that."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            if error.param and _source(ctx, error.param.name) == "ENVIRONMENT":
                error.param_hint = str(error.param.envvar)
            raise


def given(context: typer.Context) -> dict[str, str]:
    """Return the parameters that the user has set, each with what it was set by, to be shown."""
    shown = {}
    for option in context.command.params:
        name, source = option.name or "", _source(context, option.name)
        if source == "COMMANDLINE":
            is_option = option.param_type_name == "option"
            shown[name] = max(option.opts, key=len) if is_option else "a LOG"
        elif source == "ENVIRONMENT":
            shown[name] = str(option.envvar)
    return shown


def formats(context: typer.Context, listed: list[str] | None) -> list[str]:
    """Return the formats: of a variable, names with spaces between them, or one format string.

    listed: as typer has them, which cuts a variable at each space.
    """
    words = listed or []
    if _source(context, "forms") != "ENVIRONMENT" or are_names(words):
        return words
    (option,) = (each for each in context.command.params if each.name == "forms")
    return [option.resolve_envvar_value(context) or ""]


def _source(context: typer.Context, name: str | None) -> str:
    """Return where a parameter's value is from, by typer's word."""
    source = context.get_parameter_source(name or "")
    return source.name if source else ""

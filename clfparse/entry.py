"""The console entry point that the commands share."""

import signal
from importlib import import_module


def start(package: str, command: str | None = None) -> None:
    """Run the typer application of a package, as a Unix filter.

    command: its name, where that is not the package's.

    This stands apart from importing the application, so that Ctrl-C during imports leaves no
    traceback.
    """
    # A program without sockets does best to die of a closed pipe, as cat and grep do.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A message of typer repeats what was typed.
    import_module("clfparse.stream.descriptors").guard_stderr()
    import_module(f"{package}.cli").app(prog_name=command or package)

"""The console entry point that the commands share."""

import gc
import os
import signal
import sys
from importlib import import_module


def start(package: str, command: str | None = None, *, teardown: bool = False) -> None:
    """Run the typer application of a package, as a Unix filter.

    command: its name, where that is not the package's. teardown: something it imports has to know
    when the interpreter ends, as PySpark's gateway has to.

    This stands apart from importing the application, so that Ctrl-C during imports leaves no
    traceback.
    """
    # A program without sockets does best to die of a closed pipe, as cat and grep do.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # imports make much that stays: to look through it on the way takes 6 ms of 80
    descriptors = import_module("clfparse.stream.descriptors")
    descriptors.guard_stderr()  # a message of typer repeats what was typed
    application = import_module(f"{package}.cli").app
    gc.freeze()
    gc.enable()
    name = command or package
    status: str | int | None = 0
    try:
        application(prog_name=name)
    except SystemExit as end:
        status = end.code
    except OSError:
        if not _unwritten():
            raise
    if error := _unwritten():
        descriptors.write_messages([f"{name}: standard output: {error.strerror}"])
        os._exit(1)
    if isinstance(status, int) and not teardown:
        # To free each object first takes 14 ms of 80, and more after a long run. There is nothing
        # that the kernel would not release by itself.
        os._exit(status)
    sys.exit(status)


def _unwritten() -> OSError | None:
    """Return why the text that typer writes, of --help and --version, could not be written."""
    try:
        if sys.stdout:  # None: it was closed from the start
            sys.stdout.flush()
    except OSError as error:
        return error
    return None

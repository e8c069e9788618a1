"""One run: what is checked before it, what is started, and what is reported after it."""

from clfparse.stream.descriptors import STDOUT, occupy_closed, write_messages
from clfparse.stream.keyboard import modes
from clfparse.values.escapes import printable
from clfstats.monitor import demo
from clfstats.monitor.arrivals import Arrivals
from clfstats.monitor.commands import Settings, pipeline
from clfstats.monitor.logs import look
from clfstats.monitor.members import Keeper, Member, has_pid_option, start_all
from clfstats.monitor.messages import Messages, leave_screen, unnamed
from clfstats.monitor.supervisor import Supervisor


def monitor(settings: Settings) -> int:
    """Run the pipeline until a signal ends it, or one of its processes.

    Returns the exit status: 128 + its number for a signal, also for that of a reader that has gone;
    1 for a failure; 2 for a history that cannot be used.
    """
    occupy_closed()
    notes = [demo.NOTE]
    if not settings.demo:
        logs = look(settings.logs, settings.history)
        if logs.problems:
            _report(*logs.problems)
            return 1
        notes = [f"waiting for {name}" for name in logs.missing]
    if settings.history is not None and not _is_usable(settings.history, notes):
        return 2
    try:
        ends = settings.demo or has_pid_option()
        with Arrivals() as arrivals:  # before there is anything to be left behind
            messages = unnamed() if settings.live else None
            if messages:
                for note in notes:
                    messages.add(f"clfmon: {note}")
            else:
                _report(*notes)
            return _supervised(settings, arrivals, Keeper(), messages, ends=ends)
    except OSError as error:
        name = "" if error.filename is None else f"{printable(str(error.filename))}: "
        _report(f"{name}{error.strerror}")
        return 1


def _supervised(
    settings: Settings, arrivals: Arrivals, keeper: Keeper, messages: Messages | None, *, ends: bool
) -> int:
    """Start the pipeline, wait for its end, and report what has gone wrong.

    Raises OSError where a program cannot be started, when those that were have ended.
    """
    members: list[Member] = []
    before = modes(STDOUT)
    supervisor = Supervisor(members, keeper, ends=ends)
    shown = messages and f"/dev/fd/{messages.read}"
    try:
        programs = pipeline(settings, keeper.pid, ends=ends, messages=shown)
        start_all(programs, members, keeper, messages)
    except OSError:
        supervisor.end()
        supervisor.run(arrivals)
        raise
    supervisor.run(arrivals)
    if messages and (members[-1].status or 0) < 0:
        leave_screen(before)
        write_messages(messages.last())
    if failure := supervisor.failure():
        _report(failure.ended())
    return supervisor.status()


def _is_usable(path: str, notes: list[str]) -> bool:
    """Tell whether clfalert can go on from a history; note what is mended."""
    from clfalert.history import History
    from clfparse.stream.journal import Journal, Unusable

    try:
        journal = Journal(History(path))
    except Unusable as error:
        _report(str(error))
        return False
    notes += journal.notes
    journal.close()
    return True


def _report(*messages: str) -> None:
    write_messages(f"clfmon: {message}" for message in messages)

"""One run: what is checked before it, what is started, and what is reported after it."""

from clfparse.stream.descriptors import occupy_closed, write_messages
from clfparse.values.escapes import printable
from clfstats.monitor import demo
from clfstats.monitor.arrivals import Arrivals
from clfstats.monitor.commands import Settings, pipeline
from clfstats.monitor.logs import look
from clfstats.monitor.members import Keeper, Member, has_pid_option, start
from clfstats.monitor.messages import Messages, leave_screen, unnamed
from clfstats.monitor.supervisor import Supervisor


def run(settings: Settings) -> int:
    """Run the pipeline until a signal ends it, or one of its processes.

    Returns the exit status: 128 + its number for a signal, also for that of a reader that has gone;
    1 for a failure; 2 for a history that cannot be used.
    """
    occupy_closed()
    notes = [demo.NOTE]
    if not settings.demo:
        logs = look(settings.logs)
        if logs.problems:
            _report(*logs.problems)
            return 1
        notes = [f"waiting for {name}" for name in logs.missing]
    if settings.history is not None and not _is_usable(settings.history, notes):
        return 2
    with Arrivals() as arrivals:
        try:
            messages = unnamed() if settings.live else None
            ends = settings.demo or has_pid_option()
            keeper = Keeper()
        except OSError as error:
            _report(_said(error))
            return 1
        if messages:
            for note in notes:
                messages.add(f"clfmon: {note}")
        else:
            _report(*notes)
        return _supervised(settings, arrivals, keeper, messages, ends=ends)


def _supervised(
    settings: Settings, arrivals: Arrivals, keeper: Keeper, messages: Messages | None, *, ends: bool
) -> int:
    """Start the pipeline, wait for its end, and report what has gone wrong."""
    members: list[Member] = []
    shown = messages and f"/dev/fd/{messages.read}"
    commands = pipeline(settings, keeper.pid, ends=ends, messages=shown)
    supervisor = Supervisor(members, keeper, ends=ends)
    problem = None
    try:
        start(
            commands,
            members,
            keeper,
            messages and messages.append,
            (messages.read,) if messages else (),
        )
    except OSError as error:
        problem = _said(error)
        supervisor.end()
    supervisor.run(arrivals)
    if messages and members and (members[-1].status or 0) < 0:
        leave_screen()
        write_messages(messages.last())
    if problem is None and (failure := supervisor.failure()):
        problem = failure.ended()
    if problem is not None:
        _report(problem)
        return 1
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


def _said(error: OSError) -> str:
    name = "" if error.filename is None else f"{printable(str(error.filename))}: "
    return f"{name}{error.strerror}"


def _report(*messages: str) -> None:
    write_messages(f"clfmon: {message}" for message in messages)

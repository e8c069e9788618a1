"""clfstats.spark.stop: signals unwind the run; a second one is not caught."""

import os
import signal

import pytest

from clfstats.spark.stop import Stopped, stoppable, unbroken


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_the_run(number: int) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Stopped) as stopped, stoppable():  # noqa: PT012 - it comes when it comes
        os.kill(os.getpid(), number)
        signal.pause()
    assert stopped.value.args == (number,)
    assert signal.getsignal(number) is signal.SIG_DFL  # the next one ends the process
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, before)


def test_handlers_come_back_where_none_has_come() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stoppable():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with stoppable():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signal.signal(signal.SIGINT, before)


def test_a_signal_waits_where_it_is_held() -> None:
    before = signal.getsignal(signal.SIGTERM)
    done = False
    with pytest.raises(Stopped), stoppable():  # noqa: PT012 - it comes at the end of the hold
        with unbroken():
            os.kill(os.getpid(), signal.SIGTERM)
            done = True
        pytest.fail("it has not come")
    assert done
    signal.signal(signal.SIGTERM, before)

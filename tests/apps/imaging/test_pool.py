"""The pool: few processes, a line with an end, and nobody harmed by what dies."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from apps.imaging import pool, process
from apps.imaging.errors import ImagingBusy, PictureTooCostly
from apps.imaging.pool import Pool
from apps.imaging.process import CannotStart, Ended, Process
from apps.imaging.wire import Message
from apps.kernel.errors import AppError
from devstack.waiting import wait_until
from tests.apps.imaging.pictures import quarters, saved

REQUEST = Message({"do": "inspect"}, [saved(quarters())])


@pytest.fixture
def one() -> Iterator[Pool]:
    """A pool of one process, where nobody waits for long."""
    one = Pool(1, line=1, line_seconds=0.05)
    yield one
    one.close()


def asking(pool: Pool, outcomes: list[object]) -> threading.Thread:
    """Return a running thread that asks once and notes what came of it."""

    def ask() -> None:
        try:
            outcomes.append(pool.ask(REQUEST))
        except AppError as error:
            outcomes.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_killed_process_is_replaced_and_nobody_notices(one: Pool) -> None:
    one.ask(REQUEST)
    os.kill(one._idle[0].pid, signal.SIGKILL)

    assert one.ask(REQUEST).header["picture"]["width"] == 64
    assert one.state().restarts == {"died": 1}


def test_picture_that_kills_every_process_is_refused_and_the_next_one_is_drawn(
    one: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Process, "ask", killing(signal.SIGSEGV))
        with pytest.raises(PictureTooCostly):
            one.ask(REQUEST)
    assert one.state().restarts == {"died": 2}

    assert "picture" in one.ask(REQUEST).header


def test_picture_that_computes_for_too_long_is_not_tried_twice(
    one: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Process, "ask", killing(signal.SIGXCPU))

    with pytest.raises(PictureTooCostly):
        one.ask(REQUEST)

    assert one.state().restarts == {"cpu": 1}


def killing(sent: int) -> object:
    """Return what stands for a picture that ends the process it is decoded in."""

    def ask(asked: Process, request: Message, *, until: float) -> Message:
        os.kill(asked.pid, sent)
        raise Ended(asked.end())

    return ask


def test_silent_process_is_killed_and_replaced(one: Pool) -> None:
    one.ask(REQUEST)
    silent = one._idle[0].pid
    os.kill(silent, signal.SIGSTOP)

    with pytest.raises(ImagingBusy):
        one.ask(REQUEST, seconds=0.05)

    assert one.state().restarts == {"silent": 1}
    assert "picture" in one.ask(REQUEST).header
    assert one._idle[0].pid != silent


def test_worn_process_is_replaced(one: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_USES", 2)

    for _ in range(5):
        one.ask(REQUEST)

    assert one.state().restarts == {"worn": 2}
    assert one.state().processes == 1


def test_process_that_went_home_is_started_again(one: Pool) -> None:
    one.ask(REQUEST)
    # As it does once nobody has asked it for long: it reads nothing more, and ends well.
    one._idle[0]._channel.shutdown(1)
    one._idle[0]._popen.wait()

    assert "picture" in one.ask(REQUEST).header
    assert one.state().restarts == {"idle": 1}


def test_who_finds_the_line_full_is_told_when_to_come_back(one: Pool) -> None:
    one.ask(REQUEST)
    working = one._idle[0].pid
    os.kill(working, signal.SIGSTOP)
    one._line_seconds = 60.0
    outcomes: list[object] = []
    first = asking(one, outcomes)
    assert wait_until(lambda: one.state().busy == 1, seconds=30)
    second = asking(one, outcomes)
    assert wait_until(lambda: one.state().waiting == 1, seconds=30)

    with pytest.raises(ImagingBusy) as busy:
        one.ask(REQUEST)

    assert (busy.value.status, busy.value.headers["Retry-After"]) == (503, "2")
    os.kill(working, signal.SIGCONT)
    first.join()
    second.join()
    assert [type(outcome) for outcome in outcomes] == [Message, Message]
    assert (one.state().busy, one.state().waiting) == (0, 0)


def test_who_stands_in_line_for_too_long_is_sent_away(one: Pool) -> None:
    one.ask(REQUEST)
    working = one._idle[0].pid
    os.kill(working, signal.SIGSTOP)
    outcomes: list[object] = []
    first = asking(one, outcomes)
    assert wait_until(lambda: one.state().busy == 1, seconds=30)

    with pytest.raises(ImagingBusy):
        one.ask(REQUEST)

    os.kill(working, signal.SIGCONT)
    first.join()
    assert [type(outcome) for outcome in outcomes] == [Message]


def test_many_threads_share_few_processes() -> None:
    few = Pool(2, line=50, line_seconds=60.0)
    outcomes: list[object] = []

    for thread in [asking(few, outcomes) for _ in range(20)]:
        thread.join()

    assert [type(outcome) for outcome in outcomes] == [Message] * 20
    assert few.state().processes <= 2
    few.close()


def test_machine_that_starts_no_process_is_busy(one: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot_start() -> Process:
        raise CannotStart

    monkeypatch.setattr(pool, "Process", cannot_start)

    with pytest.raises(ImagingBusy):
        one.ask(REQUEST)

    assert one.state().busy == 0


def test_nothing_lives_on_in_a_pool_that_is_closed(one: Pool) -> None:
    one.ask(REQUEST)
    idle = one._idle[0]

    one.close()

    assert idle._popen.returncode is not None


# Python 3.12 and later warn of what this test is about: pytest has threads of its own.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_forked_child_has_processes_of_its_own() -> None:
    from apps.imaging import services

    services.inspect(REQUEST.bodies[0])
    (parents,) = [process.pid for process in services._pool()._idle]

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            services.inspect(REQUEST.bodies[0])
            own = services._pool()._idle[0].pid
            services.close()
            os.write(writing, str(own).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        childs = int(answer.read())
    os.waitpid(child, 0)

    assert childs != parents
    assert services.inspect(REQUEST.bodies[0]).width == 64
    assert services._pool()._idle[0].pid == parents
    services.close()

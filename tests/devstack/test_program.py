"""A program is started with its log and mark, and leaves neither process nor mark behind."""

from pathlib import Path

from devstack import marks
from devstack.waiting import wait_until
from tests.devstack.conftest import MakeProgram


def test_running_program_has_a_pid_and_a_mark(program: MakeProgram) -> None:
    toy = program()
    toy.start()

    mark = marks.recall(toy.mark_file)

    assert mark is not None
    assert mark.pid == toy.pid


def test_stopped_program_has_neither(program: MakeProgram) -> None:
    toy = program()
    toy.start()

    toy.stop()

    assert toy.pid is None
    assert toy.has_ended
    assert not toy.mark_file.exists()


def test_what_a_program_says_is_in_its_log(program: MakeProgram, dev: Path) -> None:
    toy = program("speaker", ["sh", "-c", "echo hello; echo $GREETING >&2"], GREETING="bye")
    toy.start()
    wait_until(lambda: toy.has_ended, seconds=30)

    assert (dev / "logs" / "speaker.log").read_text() == "hello\nbye\n"


def test_exit_status_is_known_after_the_end(program: MakeProgram) -> None:
    toy = program("loser", ["sh", "-c", "exit 7"])
    toy.start()
    wait_until(lambda: toy.has_ended, seconds=30)

    toy.stop()

    assert toy.exit_status == 7

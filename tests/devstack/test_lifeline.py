"""The lifeline ends what a dead supervisor's programs started."""

from pathlib import Path

from devstack import leftovers, lifeline
from devstack.marks import mark_of
from devstack.waiting import wait_until
from tests.devstack.conftest import MakeProgram


def test_programs_end_when_the_supervisors_end_of_the_pipe_closes(
    program: MakeProgram, dev: Path
) -> None:
    run = leftovers.new_run(dev)
    toy = program(**{leftovers.RUN_VARIABLE: run})
    toy.start()
    line = lifeline.attach(toy.env)
    assert toy.pid is not None
    mark = mark_of(toy.pid)
    assert mark is not None
    assert line.stdin is not None

    line.stdin.close()

    assert line.wait(timeout=60) == 0
    assert wait_until(lambda: not mark.is_alive(), seconds=30)

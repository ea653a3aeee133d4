"""Limits hold, and a picture has its time for itself."""

import signal
import subprocess
import sys

import pytest

_BEGINNING = """
from apps.imaging import limits
limits.CPU_SECONDS = 1
limits.give_up_everything()
"""


def ended(doing: str) -> int:
    """Return how a process ends that has given everything up and does something."""
    done = subprocess.run(
        [sys.executable, "-c", _BEGINNING + doing], capture_output=True, check=False
    )
    return done.returncode


@pytest.mark.parametrize(
    "doing",
    [
        "open('/etc/hostname')",
        "import socket; socket.socket()",
        "import os; os.pipe()",
        "bytearray(limits.MEMORY_BYTES)",
    ],
)
def test_what_was_given_up_is_gone(doing: str) -> None:
    assert ended("pass") == 0
    assert ended(doing) == 1


def test_nothing_is_written_to_what_was_open(tmp_path: object) -> None:
    writing = f"import sys; sys.stdout = open({str(tmp_path) + '/file'!r}, 'w')\n"
    flushing = "sys.stdout.write('x'); sys.stdout.flush()"

    done = subprocess.run(
        [sys.executable, "-c", writing + _BEGINNING + flushing], capture_output=True, check=False
    )

    assert done.returncode in {1, 120, -signal.SIGXFSZ}


def test_a_picture_that_takes_too_long_ends_the_process() -> None:
    assert ended("limits.allow_one_picture()\nwhile True: pass") == -signal.SIGXCPU


def test_each_picture_has_its_time_for_itself() -> None:
    several = """
import time
for _ in range(3):
    limits.allow_one_picture()
    until = time.process_time() + 0.9
    while time.process_time() < until: pass
"""
    assert ended(several) == 0

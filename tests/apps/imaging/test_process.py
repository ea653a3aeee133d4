"""A process that decodes can do nothing else, and dies with whoever asks it."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.imaging import limits
from apps.imaging import process as processes
from apps.imaging.process import CannotStart, Ended, Process
from apps.imaging.wire import Message
from devstack.waiting import wait_until
from tests.apps.imaging.pictures import flat_png, photo, quarters, saved

LONG = 120.0


@pytest.fixture
def process() -> Iterator[Process]:
    """A process of this test alone."""
    process = Process()
    yield process
    process.kill()


def inspection(content: bytes) -> Message:
    """Return the request to look at a picture."""
    return Message({"do": "inspect"}, [content])


def limit_of(pid: int, name: str) -> str:
    """Return a soft limit of a process, as the kernel says it."""
    rows = Path(f"/proc/{pid}/limits").read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(name)]
    return row.removeprefix(name).split()[0]


def is_gone(pid: int) -> bool:
    """Tell whether a process runs no more."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            in "ZX"
        )
    except FileNotFoundError:
        return True


def test_process_gives_everything_up_but_its_channel(process: Process) -> None:
    answer = process.ask(inspection(saved(quarters())), until=time.monotonic() + LONG)

    assert answer.header["picture"]["width"] == 64
    assert limit_of(process.pid, "Max address space") == str(limits.MEMORY_BYTES)
    assert limit_of(process.pid, "Max file size") == "0"
    assert limit_of(process.pid, "Max open files") == "3"
    assert limit_of(process.pid, "Max core file size") == "0"
    assert int(limit_of(process.pid, "Max cpu time")) <= limits.CPU_SECONDS * 2
    assert os.getpgid(process.pid) == process.pid
    assert len(list(Path(f"/proc/{process.pid}/fd").iterdir())) == 3


def test_process_knows_no_secrets(process: Process) -> None:
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()

    assert b"SECRET_KEY" not in environment
    assert b"DATABASE_URL" not in environment


def test_bombs_take_no_memory(process: Process) -> None:
    for content in (flat_png(12_000, 12_000), flat_png(30_000, 30_000)):
        answer = process.ask(inspection(content), until=time.monotonic() + LONG)
        assert answer.header["refused"] == "imaging.picture_too_large"

    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    (peak,) = [row.split()[1] for row in status.splitlines() if row.startswith("VmHWM")]
    # In KiB; decoded, the first alone would take more than 144 MB.
    assert int(peak) < 100_000


def test_too_little_memory_refuses_the_picture_and_keeps_the_process(
    process: Process,
) -> None:
    most = 200 * 1024 * 1024
    resource.prlimit(process.pid, resource.RLIMIT_AS, (most, most))

    large = process.ask(inspection(flat_png(6_000, 6_000)), until=time.monotonic() + LONG)
    assert "picture" in large.header
    wanted = {
        "format": "webp",
        "width": 0,
        "height": 0,
        "fit": "fill",
        "position": "centre",
        "background": "ff0000ff",
    }
    request = Message({"do": "render", "wanted": [wanted]}, [flat_png(6_000, 4_000)])
    drawn = process.ask(request, until=time.monotonic() + LONG)
    assert drawn.header["refused"] == "imaging.picture_too_costly"
    small = process.ask(inspection(saved(quarters())), until=time.monotonic() + LONG)
    assert "picture" in small.header


def test_silent_process_is_not_waited_for(process: Process) -> None:
    os.kill(process.pid, signal.SIGSTOP)

    with pytest.raises(TimeoutError):
        process.ask(inspection(saved(quarters())), until=time.monotonic() + 0.05)
    process.kill()

    assert is_gone(process.pid)


@pytest.mark.parametrize(("sent", "used_up"), [(signal.SIGKILL, False), (signal.SIGXCPU, True)])
def test_process_that_is_ended_says_why(process: Process, sent: int, used_up: bool) -> None:
    os.kill(process.pid, sent)

    with pytest.raises(Ended) as ended:
        process.ask(inspection(saved(quarters())), until=time.monotonic() + LONG)

    assert (ended.value.used_up_its_time, ended.value.was_idle) == (used_up, False)


def test_picture_that_computes_for_too_long_ends_the_process(process: Process) -> None:
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (1, 1))
    wanted = {"format": "avif", "fit": "inside", "position": "centre", "may_enlarge": True}
    several = [{**wanted, "width": 4_000 + number, "height": 4_000} for number in range(8)]
    request = Message({"do": "render", "wanted": several}, [saved(photo(300, 300))])

    with pytest.raises(Ended) as ended:
        process.ask(request, until=time.monotonic() + LONG)

    # At the soft limit the one signal, at the hard one the other.
    assert ended.value.returncode in {-signal.SIGXCPU, -signal.SIGKILL}


_ASKS_AND_IS_KILLED = """
import os, signal, sys, threading, time
from apps.imaging.process import Process
from apps.imaging.wire import Message, send
process = Process()
if sys.argv[1] == "busy":
    wanted = {"format": "avif", "width": 4000, "height": 4000, "fit": "fill"}
    wanted |= {"position": "centre", "may_enlarge": True}
    request = Message({"do": "render", "wanted": [wanted]}, [sys.stdin.buffer.read()])
    send(process._channel, request)
    time.sleep(0.2)
print(process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("doing", ["idle", "busy"])
def test_process_dies_with_whoever_started_it(doing: str) -> None:
    parent = subprocess.run(
        [sys.executable, "-c", _ASKS_AND_IS_KILLED, doing],
        input=saved(photo(300, 300)),
        capture_output=True,
        check=False,
    )
    assert parent.returncode == -signal.SIGKILL

    pid = int(parent.stdout)
    assert wait_until(lambda: is_gone(pid), seconds=30)


def test_machine_that_starts_no_process_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes, "_ENVIRONMENT", {"PYTHONPATH": str(tmp_path)})

    with pytest.raises(CannotStart):
        Process()

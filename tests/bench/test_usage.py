"""The use of a process is that of its family."""

import os
import signal
import subprocess
import sys

from bench.usage import cpu_seconds, largest_resident_mib, resident_mib

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
CHILD = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass\n"
WAITING = CHILD + "print('spent', flush=True); time.sleep(60)"


def test_children_count_for_their_parent() -> None:
    command = [sys.executable, "-c", PARENT, WAITING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()

        used, family, largest = (
            measure(process.pid) for measure in (cpu_seconds, resident_mib, largest_resident_mib)
        )

        os.killpg(process.pid, signal.SIGKILL)
    assert used >= 0.2
    assert 0 < largest < family


def test_process_that_is_gone_uses_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert cpu_seconds(process.pid) == 0
    assert largest_resident_mib(process.pid) == 0

"""What a process and everything it started use: CPU time and memory."""

from __future__ import annotations

from collections.abc import Iterator

import psutil

MIB = 1024 * 1024


def cpu_seconds(pid: int) -> float:
    """Return the CPU time, user and system, that a process and its descendants have had."""
    return sum(_cpu_seconds(process) for process in _family(pid))


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process and its descendants together, in MiB."""
    return sum(_resident(process) for process in _family(pid)) / MIB


def largest_resident_mib(pid: int) -> float:
    """Return the resident memory of the largest process among them: of a server, its worker."""
    return max(map(_resident, _family(pid)), default=0) / MIB


def _family(pid: int) -> Iterator[psutil.Process]:
    try:
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)
    except psutil.NoSuchProcess:
        return


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0

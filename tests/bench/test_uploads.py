"""What the bench of uploads says."""

from bench import bytes_tables
from bench.goals import MAINSTAY
from bench.uploads import TUS, Sent, UploadFigures, UploadServer


def server(name: str, *rates: float) -> UploadServer:
    sent = [Sent(mib_per_second=rate, cpu_seconds=2, grown_mib=rate / 10) for rate in rates]
    return UploadServer(name=name, sent=sent)


def test_medians_are_compared_and_the_most_memory_counts() -> None:
    ours, theirs = server(MAINSTAY, 100, 300, 200), server(TUS, 160)
    figures = UploadFigures(ours=ours, theirs=theirs, mib=1024)

    [speed, memory] = figures.goals()

    assert speed.measured == 1.25
    assert memory.measured == 30
    assert "| 1,024 MiB in one request | 200 MiB/s | 160 MiB/s |" in bytes_tables.uploads(figures)


def test_peer_that_is_not_there_leaves_no_ratio() -> None:
    theirs = UploadServer(name=TUS, unavailable="npm is missing")
    figures = UploadFigures(ours=server(MAINSTAY, 100), theirs=theirs, mib=1024)

    [speed, _] = figures.goals()

    assert speed.is_met is None
    assert "No @tus/server: npm is missing" in bytes_tables.uploads(figures)

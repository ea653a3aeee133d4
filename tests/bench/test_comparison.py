"""Peers stand beside Mainstay, and those that are missing say why."""

from bench.comparison import paragraphs
from bench.figures import PeerFigures
from bench.goals import MAINSTAY
from devstack import paths
from tests.bench import figures_of


def test_each_peer_has_a_row_and_a_ratio() -> None:
    peers = [figures_of.peer(MAINSTAY, per_second=1234.5), figures_of.peer("p", per_second=500)]

    text = "\n".join(paragraphs(peers))

    assert "| Mainstay | 1,234 / 1.000 |" in text
    assert "| p | 500 / 1.000 |" in text
    assert "| p | 2.47 | 2.47 |" in text


def test_missing_peer_says_why_without_telling_where_our_files_lie() -> None:
    reason = f"It did not start:\n  see {paths.ROOT}/log"
    peers = [
        figures_of.peer(MAINSTAY, per_second=1),
        PeerFigures(name="p", about="", unavailable=reason),
    ]

    text = "\n".join(paragraphs(peers))

    assert "No p: It did not start: see /log" in text
    assert "| p |" not in text


def test_nothing_measured_is_said() -> None:
    assert list(paragraphs([])) == ["Not measured: left out."]

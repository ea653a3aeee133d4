"""Each run begins with fresh logs, and a follower shows complete lines with their source."""

from pathlib import Path

from devstack.logs import Follower, make_room


def test_last_runs_logs_are_kept_beside_the_new_ones(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("last run")
    (tmp_path / "web.log.1").write_text("the run before")

    make_room(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["web.log.1"]
    assert (tmp_path / "web.log.1").read_text() == "last run"


def test_logs_are_private(tmp_path: Path) -> None:
    make_room(tmp_path / "logs")

    assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700


def test_each_line_is_shown_once_and_only_when_it_is_complete(tmp_path: Path) -> None:
    shown: list[str] = []
    follower = Follower(tmp_path, shown.append)

    for text in ("one\ntw", "o\n", ""):
        with (tmp_path / "web.log").open("a") as log:
            log.write(text)
        follower.follow()

    assert [line.strip() for line in shown] == ["web | one", "web | two"]

"""A round reports everything, also what cannot be examined."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from apps.kernel.doctor import rounds
from apps.kernel.doctor.rounds import examine_all
from apps.kernel.ports import Examination, Finding
from apps.kernel.registry import Registry


@dataclass(frozen=True)
class BreaksOff:
    """Sees one thing and then meets an exception."""

    name: str = "broken"
    cure: str = "Start it."

    def examine(self) -> Iterator[Finding]:
        yield Finding("one thing is well")
        raise ConnectionError("connection refused\nwith many details")


def test_an_examination_that_raises_is_reported_with_what_it_saw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry: Registry[Examination] = Registry("examination")
    registry.register(BreaksOff())
    monkeypatch.setattr(rounds, "examinations", registry)

    (report,) = examine_all()

    assert not report.is_well
    assert report.findings == (
        Finding("one thing is well"),
        Finding("cannot be examined: connection refused", "Start it."),
    )

"""Apps declare their metrics in one place."""

import pytest

from apps.observability import ports


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what a test declares."""
    monkeypatch.setattr(ports, "_declared", dict(ports._declared))


def test_declared_metric_is_listed_with_its_labels() -> None:
    ports.declare("sample_cups_total", "counter", "Cups filled.", ["size"])

    (found,) = [metric for metric in ports.declared() if metric.name == "sample_cups_total"]
    assert (found.kind, found.about, found.labels) == ("counter", "Cups filled.", ("size",))


def test_name_can_be_declared_once() -> None:
    ports.declare("sample_cups_total", "counter", "Cups filled.")

    with pytest.raises(ValueError, match="already declared"):
        ports.declare("sample_cups_total", "counter", "Cups filled.")

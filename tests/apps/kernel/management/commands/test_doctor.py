"""`manage.py doctor` prints every finding, and fails if there is anything to mend."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import call_command

from apps.kernel.doctor import rounds
from apps.kernel.ports import Examination, Finding
from apps.kernel.registry import Registry

WELL = Finding("the lamp is on")
ILL = Finding("the door is open", "Close it.")


@dataclass(frozen=True)
class Sees:
    """An examination that sees what it is told to."""

    findings: tuple[Finding, ...]
    name: str = "house"
    cure: str = "Go there."

    def examine(self) -> Iterator[Finding]:
        yield from self.findings


def _round(
    monkeypatch: pytest.MonkeyPatch, *findings: Finding, json_wanted: bool = False
) -> tuple[int, str]:
    registry: Registry[Examination] = Registry("examination")
    registry.register(Sees(findings))
    monkeypatch.setattr(rounds, "examinations", registry)
    output = StringIO()
    try:
        call_command("doctor", json=json_wanted, stdout=output, no_color=True)
    except SystemExit as end:
        return int(str(end.code)), output.getvalue()
    return 0, output.getvalue()


def test_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    status, output = _round(monkeypatch, WELL)

    assert status == 0
    assert output == "house\n  ✓ the lamp is on\nAll is well.\n"


def test_a_fault_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    status, output = _round(monkeypatch, WELL, ILL)

    assert status == 1
    assert "  ✗ the door is open\n      cure: Close it.\n1 to mend.\n" in output


def test_programs_read_json(monkeypatch: pytest.MonkeyPatch) -> None:
    status, output = _round(monkeypatch, WELL, ILL, json_wanted=True)

    told = json.loads(output)
    assert status == 1
    assert told["is_well"] is False
    assert told["findings"][1] == {
        "examination": "house",
        "is_well": False,
        "what": "the door is open",
        "cure": "Close it.",
    }

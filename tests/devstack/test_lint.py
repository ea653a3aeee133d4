"""All checks run even if one fails, and the failed ones are named."""

import sys

import pytest

from devstack import lint
from devstack.lint import Check

GOOD = Check("good", (sys.executable, "-S", "-c", ""), "nothing")
BAD = Check("bad", (sys.executable, "-S", "-c", "print('why'); raise SystemExit(1)"), "mend it")


def test_failed_check_is_named_with_its_output_and_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lint, "CHECKS", (BAD, GOOD))

    status = lint.main()

    said = capsys.readouterr().out
    assert status == 1
    assert "FAILED bad" in said
    assert "why" in said
    assert "mend it" in said
    assert "ok     good" in said
    assert said.endswith("Failed: bad\n")


def test_good_checks_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "CHECKS", (GOOD,))

    assert lint.main() == 0

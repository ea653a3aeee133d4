"""An old Python is refused with a way out."""

import pytest

from devstack.python_version import complaint_about


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 2), (4, 0, 0)])
def test_new_python_is_accepted(version: tuple[int, ...]) -> None:
    assert complaint_about(version, "python3") is None


def test_newer_python_of_this_machine_is_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name == "python3.12")

    complaint = complaint_about((3, 6, 15), "/usr/bin/python3")

    assert complaint is not None
    assert "/usr/bin/python3 is Python 3.6.15" in complaint
    assert "make PYTHON=python3.12" in complaint


def test_without_a_newer_python_one_is_asked_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)

    assert "Install Python 3.11" in str(complaint_about((3, 10, 4), "python3"))

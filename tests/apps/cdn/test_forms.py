"""The form reads lines, and asks for what is missing."""

from apps.cdn.forms import PurgeForm
from apps.cdn.types import Target


def test_lines_become_subjects() -> None:
    form = PurgeForm({"target": "urls", "subjects": " /a \n\n/b", "reason": "A test."})

    assert form.is_valid()
    assert form.cleaned_data["subjects"] == ["/a", "/b"]
    assert form.cleaned_data["target"] is Target.URLS


def test_everything_takes_no_subjects_and_all_else_some() -> None:
    for target, subjects in (("everything", "/a"), ("tags", " ")):
        form = PurgeForm({"target": target, "subjects": subjects, "reason": "A test."})

        assert list(form.errors) == ["subjects"]

"""What operators ask about a row is read kindly, and what cannot be answered is named."""

import pytest

from apps.sync.admin.forms import WhyForm
from tests.factories.sync import StateFactory

pytestmark = pytest.mark.django_db


def test_device_is_found_and_the_row_is_read_without_what_was_copied_along() -> None:
    state = StateFactory.create()
    form = WhyForm({"device": str(state.public_id), "table": "units", "record": " lift\n"})

    assert form.is_valid()
    assert (form.cleaned_data["device"], form.cleaned_data["record"]) == (state, "lift")


def test_tables_are_those_that_are_synced() -> None:
    form = WhyForm({"device": str(StateFactory.create().public_id), "table": "x", "record": "y"})

    assert not form.is_valid()
    assert set(form.errors) == {"table"}

"""A model that does not say which of its fields are personal is refused."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from apps.kernel.checks import complaints_about
from apps.kernel.personal import PersonalData


def complaints(declaration: object) -> list[str]:
    with isolate_apps("apps.kernel"):

        class Planted(models.Model):  # noqa: DJ008  never shown
            TECHNICAL_FIELDS = frozenset({"id"})
            name = models.CharField(max_length=10)
            colour = models.CharField(max_length=10)
            personal_data = declaration

            class Meta:
                app_label = "kernel"

        return [message.msg for message in complaints_about(Planted)]


def test_complete_declaration_is_accepted() -> None:
    declared = PersonalData(subject="self", personal={"name": "erase"}, impersonal=("colour",))

    assert complaints(declared) == []


@pytest.mark.parametrize(
    ("declaration", "complaint"),
    [
        (None, "has no `personal_data`"),
        (PersonalData(impersonal=("colour",)), "does not declare name"),
        (PersonalData(impersonal=("colour", "name", "age")), "declares unknown age"),
    ],
)
def test_gap_is_named(declaration: object, complaint: str) -> None:
    assert [complaint in message for message in complaints(declaration)] == [True]

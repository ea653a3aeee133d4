"""Rules about models hold for every table, and bite on a bad example."""

from typing import ClassVar

import pytest
from django.db import models
from django.test.utils import isolate_apps

from apps.kernel.checks import complaints_about as complaints_about_privacy
from apps.kernel.checks import personal_data_is_declared
from apps.kernel.floors import Floor, read_floors
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from tests.architecture.foreign_keys import CrossingKey, complaints_about, crossing_keys
from tests.architecture.sources import ROOT

FLOORS = [Floor(("buildings",), ""), Floor(("accounts",), ""), Floor(("webhooks", "audit"), "")]


def test_foreign_keys_between_apps_point_down_and_leave_no_way_back() -> None:
    floors = read_floors(ROOT / "pyproject.toml")

    assert not [complaint for key in crossing_keys() for complaint in complaints_about(key, floors)]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (CrossingKey(source="buildings", target="webhooks", field="A.b", reverse_name="+"), []),
        (
            CrossingKey(source="webhooks", target="buildings", field="A.b", reverse_name="+"),
            ["point down"],
        ),
        (
            CrossingKey(source="webhooks", target="audit", field="A.b", reverse_name="+"),
            ["point down"],
        ),
        (
            CrossingKey(source="buildings", target="webhooks", field="A.b", reverse_name="a_set"),
            ["related_name"],
        ),
        (
            CrossingKey(
                source="webhooks", target="accounts", field="A.b", reverse_name="+", is_to_user=True
            ),
            [],
        ),
    ],
)
def test_foreign_key_rule_bites(key: CrossingKey, words: list[str]) -> None:
    complaints = complaints_about(key, FLOORS)

    assert len(complaints) == len(words)
    assert all(word in complaint for word, complaint in zip(words, complaints, strict=True))


def test_every_model_declares_its_personal_data() -> None:
    assert not personal_data_is_declared(None)


@isolate_apps("apps.kernel")
def test_a_model_without_a_declaration_is_refused() -> None:
    class Undeclared(Record):
        class Meta:
            app_label = "kernel"

    (complaint,) = complaints_about_privacy(Undeclared)

    assert complaint.id == "mainstay.E001"


@isolate_apps("apps.kernel")
def test_an_undeclared_and_an_unknown_field_are_named() -> None:
    class Half(Record):
        personal_data: ClassVar = PersonalData(personal={"nickname": "erase"})
        name = models.CharField(max_length=10)

        class Meta:
            app_label = "kernel"

    complaints = complaints_about_privacy(Half)

    assert [complaint.id for complaint in complaints] == ["mainstay.E002", "mainstay.E003"]
    assert "name" in complaints[0].msg
    assert "nickname" in complaints[1].msg


@isolate_apps("apps.kernel")
def test_a_complete_declaration_is_accepted() -> None:
    class Declared(Record):
        personal_data: ClassVar = PersonalData(
            subject="self", personal={"name": "export+erase"}, impersonal=("colour",)
        )
        name = models.CharField(max_length=10)
        colour = models.CharField(max_length=10)

        class Meta:
            app_label = "kernel"

    assert complaints_about_privacy(Declared) == []

"""A template is saved whole, or not at all."""

from dataclasses import replace

import pytest

from apps.kernel.errors import NotFound
from apps.notifications.errors import TemplateRefused
from apps.notifications.models import Template, TemplateText
from apps.notifications.services import delete_template, lint_template, save_template
from apps.notifications.template_lookup import declared_texts, template_texts
from apps.notifications.types import Text
from tests.apps.notifications.contents import template_of
from tests.apps.notifications.telling import told

pytestmark = pytest.mark.django_db

TEMPLATE = template_of(
    {("", "en"): Text(title="{{ lift }} is stuck"), ("email", "en"): Text(title="{{ lift }}")},
    lift="Lift 3",
)


def test_template_is_found_as_it_was_saved() -> None:
    findings = save_template(TEMPLATE)

    assert template_texts("lifts.stuck") == TEMPLATE
    assert findings == []


def test_saving_again_replaces_changes_and_takes_away() -> None:
    save_template(TEMPLATE)

    changed = replace(
        TEMPLATE,
        texts={("", "en"): Text(title="{{ lift }} stands"), ("", "fr"): Text(title="{{ lift }}")},
    )
    save_template(changed)

    assert template_texts("lifts.stuck") == changed
    assert Template.objects.count() == 1
    assert TemplateText.objects.count() == 2


def test_refused_template_leaves_the_former_one() -> None:
    save_template(TEMPLATE)

    with pytest.raises(TemplateRefused) as refusal:
        save_template(replace(TEMPLATE, texts={("", "en"): Text(title="{{ floor }}")}))

    assert [error["code"] for error in refusal.value.errors] == ["undeclared"]
    assert template_texts("lifts.stuck") == TEMPLATE


def test_what_was_saved_and_deleted_is_announced() -> None:
    save_template(TEMPLATE)
    delete_template(key="lifts.stuck")

    assert told("template.saved") == [{"template": "lifts.stuck", "category": "maintenance"}]
    assert told("template.deleted") == [{"template": "lifts.stuck"}]
    assert not TemplateText.objects.exists()
    with pytest.raises(NotFound):
        delete_template(key="lifts.stuck")


def test_warnings_are_handed_back() -> None:
    (finding,) = save_template(replace(TEMPLATE, variables={"lift": "3", "floor": "7"}))

    assert finding.code == "unused"


def test_text_over_a_declared_template_is_checked_with_it() -> None:
    declared = declared_texts("buildings.member_invited")
    assert declared is not None
    german = Text(title="Einladung: {{ building }}", url="/invitations")

    findings = lint_template(replace(declared, texts={("", "de"): german}))
    refused = lint_template(
        replace(declared, variables={"inviter": "Dana"}, texts={("", "de"): german})
    )

    assert findings == []
    assert [finding.code for finding in refused if finding.is_error] == ["never_filled"]

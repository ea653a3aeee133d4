"""The form of a template is read as it stands, be it right or not."""

from django.http import QueryDict

from apps.notifications.admin.template_form import template_in
from apps.notifications.types import Text


def posted(**fields: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update({name.replace("__", "-"): value for name, value in fields.items()})
    return query


def test_texts_are_read_by_channel_and_language() -> None:
    template = template_in(
        posted(
            key=" lifts.stuck ",
            category="maintenance",
            variables="lift = Lift 3",
            texts__TOTAL_FORMS="3",
            texts__0__channel="",
            texts__0__language="en",
            texts__0__title="{{ lift }}",
            texts__0__body="one\r\ntwo",
            texts__1__language="",
            texts__2__language="he",
            texts__2__title="gone",
            texts__2__DELETE="on",
        )
    )

    assert template.key == "lifts.stuck"
    assert template.variables == {"lift": "Lift 3"}
    assert template.texts == {("", "en"): Text(title="{{ lift }}", body="one\ntwo")}


def test_key_of_a_template_that_is_there_is_not_the_forms_to_say() -> None:
    assert template_in(posted(key="other"), key="lifts.stuck").key == "lifts.stuck"


def test_strange_counts_are_no_texts() -> None:
    for count in ("", "many", "-1", "9999999"):
        assert template_in(posted(texts__TOTAL_FORMS=count)).texts == {}

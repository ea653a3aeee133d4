"""A body is read as the template it describes."""

from apps.notifications.api.template_serializers import TemplateIn, template_of
from apps.notifications.types import Text


def test_body_is_read_by_channel_and_language() -> None:
    body = {
        "key": "lifts.stuck",
        "category": "maintenance",
        "texts": [
            {"language": "en", "title": "a"},
            {"channel": "email", "language": "en", "title": "b", "body": "c", "url": "/d"},
        ],
    }
    asked = TemplateIn(data=body)
    asked.is_valid(raise_exception=True)

    template = template_of(dict(asked.validated_data))

    assert template.key == "lifts.stuck"
    assert template.variables == {}
    assert template.texts == {
        ("", "en"): Text(title="a"),
        ("email", "en"): Text(title="b", body="c", url="/d"),
    }

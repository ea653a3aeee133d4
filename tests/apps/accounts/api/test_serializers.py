"""What may come in of places and languages."""

import pytest
from rest_framework.serializers import ValidationError

from apps.accounts.api.serializers import DeviceIn, LocaleField, TimeZoneField
from apps.accounts.types import DeviceDetails, Platform


def test_time_zone_is_one_of_the_iana_database() -> None:
    assert TimeZoneField().run_validation("Europe/Vienna") == "Europe/Vienna"
    with pytest.raises(ValidationError) as refusal:
        TimeZoneField().run_validation("Mars/Olympus")
    assert refusal.value.get_codes() == ["unknown_time_zone"]


def test_time_zone_may_be_unknown_where_the_field_says_so() -> None:
    assert TimeZoneField(allow_blank=True).run_validation("") == ""


@pytest.mark.parametrize("text", ["de_AT", "x", "de-AT-" + "a" * 40, "<script>"])
def test_locale_is_a_language_tag(text: str) -> None:
    with pytest.raises(ValidationError):
        LocaleField().run_validation(text)


def test_details_are_all_but_the_installation() -> None:
    told = DeviceIn(data={"installation_id": "a", "platform": "ios", "model": "iPhone17,3"})
    told.is_valid(raise_exception=True)

    assert told.details() == DeviceDetails(platform=Platform.IOS, model="iPhone17,3")

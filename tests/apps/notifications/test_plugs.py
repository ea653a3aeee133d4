"""What notifications plugs in, into others and into itself."""

from apps.events.ports import consumers
from apps.keyring.ports import encrypted_columns
from apps.notifications.ports import categories, providers, rules, segments, templates


def test_it_hears_the_event_log() -> None:
    assert "notifications" in consumers


def test_account_security_is_there_with_all_its_words() -> None:
    assert "account_security" in categories
    assert {rule.name for rule in rules} >= {
        "account_security.changes",
        "account_security.sign_ins",
    }
    assert all(entry.template.texts for entry in templates)


def test_every_way_has_its_carrier() -> None:
    assert {provider.name for provider in providers} == {"fcm", "apns", "web_push", "email"}


def test_people_can_be_sent_to_at_once() -> None:
    assert "people" in segments


def test_what_must_not_be_read_is_encrypted() -> None:
    for field in ("sealed_secret", "sealed_token"):
        assert f"notifications.provideraccount.{field}" in encrypted_columns

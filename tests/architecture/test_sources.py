"""Rules about source text hold for every module, and bite on a bad example."""

from pathlib import Path

import pytest

from tests.architecture import sources
from tests.architecture.sources import ROOT, modules

# Modules whose test stands elsewhere, and why there.
TESTED_ELSEWHERE: dict[str, str] = {
    "apps/events/ports.py": "protocols; their guests are tested where they live",
    "apps/files/api/forms.py": "tests/apps/files/api/views/test_forms.py",
    "apps/files/api/examples.py": "tests/abuse/test_abuse.py sends them as they are",
    "apps/files/api/views/tus.py": "tests/apps/files/api/views/test_uploads.py",
    "apps/files/services/completing.py": "tests/apps/files/api/views/test_uploads.py",
    "apps/files/services/concatenating.py": "tests/apps/files/api/views/test_uploads.py",
    "apps/files/services/creating.py": "tests/apps/files/api/views/test_uploads.py",
    "apps/files/services/direct.py": "tests/apps/files/api/views/test_direct.py",
    "apps/files/services/forms.py": "tests/apps/files/api/views/test_forms.py",
    "apps/files/services/sniffing_early.py": "tests/apps/files/api/views/test_uploads.py",
    "apps/files/services/terminating.py": "tests/apps/files/api/views/test_uploads.py",
    "apps/files/storages/__init__.py": "tests/apps/files/storages/test_places.py",
    "apps/files/storages/azure.py": "storages/test_contract.py and its neighbours",
    "apps/files/storages/s3.py": "storages/test_contract.py and its neighbours",
    "apps/files/storages/s3_client.py": "tests/apps/files/storages/test_faults.py",
    "apps/files/storages/s3_multipart.py": "storages/test_contract.py and its neighbours",
    "apps/notifications/backlog.py": "tests/apps/notifications/test_overview.py",
    "apps/notifications/courier.py": "tests/apps/notifications/services/test_delivering.py",
    "apps/notifications/metrics.py": "counters; tests/apps/notifications/test_tasks.py reads them",
    "apps/notifications/providers/apns_http2.py": "tests/apps/notifications/providers/test_apns.py",
    "apps/notifications/providers/apns_token.py": "tests/apps/notifications/providers/test_apns.py",
    "apps/notifications/providers/fcm.py": "each row of services/test_prune_matrix.py goes by it",
    "apps/notifications/providers/fcm_token.py": "tests/apps/notifications/services/test_tokens.py",
    "apps/notifications/providers/keys.py": "tests/apps/notifications/services/test_accounts.py",
    "apps/notifications/providers/minting.py": "tests/apps/notifications/services/test_tokens.py",
    "apps/notifications/providers/replies.py": "services/test_prune_matrix.py reads what they say",
    "apps/notifications/prune.py": "tests/apps/notifications/services/test_prune_matrix.py",
    "apps/notifications/secrets.py": "tests/apps/notifications/services/test_accounts.py",
    "apps/notifications/services/recording.py": "services/test_delivering.py, P16 and P17",
    "apps/notifications/services/tracking.py": "the API's tests of deliveries, and P16",
    "apps/playground/journey/live_line.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/reach.py": "walked by tests/system/test_journey.py",
    "apps/realtime/consumers/base.py": "tests/apps/realtime/consumers, through its guests",
    "apps/realtime/database.py": "one call of Channels' own; every test of a node goes through it",
    "apps/realtime/keeper.py": "tests/properties/test_property_p45_presence_equals_the_living.py",
    "apps/realtime/listener.py": "tests/apps/realtime/test_hub.py: killed, frozen, and back",
    "apps/realtime/management/commands/realtime.py": "every `make run` starts it",
    "apps/kernel/apps.py": "every start loads it; a broken plug stops the whole suite",
    "apps/kernel/clock.py": "one call of Django's own clock",
    "apps/kernel/personal.py": "tests/apps/kernel/test_checks.py",
    "apps/kernel/ports.py": "protocols; their guests are tested where they live",
    "apps/playground/journey/care.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/narration.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/offline.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/partner.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/phone.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/sending.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/share.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/stack.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/story.py": "walked by tests/system/test_journey.py",
    "apps/playground/journey/waiting.py": "walked by tests/system/test_journey.py",
    "apps/playground/management/commands/journey.py": "walked by tests/system/test_journey.py",
}


def _offenders(rule: object, *packages: str) -> list[str]:
    assert callable(rule)
    return [str(path) for path in modules(*packages) if rule((ROOT / path).read_text())]


def test_every_module_begins_by_saying_what_lives_there() -> None:
    assert not _offenders(lambda source: not sources.begins_with_docstring(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""Says it."""\nimport os', True),
        ("", False),
        ("import os", False),
        ("# no\nx = 1", False),
    ],
)
def test_docstring_rule_bites(source: str, *, expected: bool) -> None:
    assert sources.begins_with_docstring(source) is expected


def test_no_file_is_a_drawer() -> None:
    assert not [str(path) for path in modules() if sources.is_drawer(path)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("apps/webhooks/signing.py", False),
        ("apps/webhooks/utils.py", True),
        ("apps/common/urls.py", True),
        ("tests/helpers.py", True),
    ],
)
def test_drawer_rule_bites(path: str, *, expected: bool) -> None:
    assert sources.is_drawer(Path(path)) is expected


def test_no_module_gets_models_by_name() -> None:
    assert not _offenders(sources.asks_registry_for_models, "apps", "config")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from django.apps import apps\napps.get_model('accounts.User')", True),
        ("from django.apps import apps as a\nfetch = a.get_model", True),
        ("from django.contrib.auth import get_user_model\nget_user_model()", False),
        ("config.get_models()", False),
    ],
)
def test_get_model_rule_bites(source: str, *, expected: bool) -> None:
    assert sources.asks_registry_for_models(source) is expected


def test_no_module_uses_signals_of_models() -> None:
    assert not _offenders(sources.uses_model_signals)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from django.db.models.signals import post_save", True),
        ("from django.db.models import signals", True),
        ("import django.db.models.signals", True),
        ("from django.db import models\nmodels.signals.post_save.connect(f)", True),
        ("from allauth.account.signals import email_confirmed", False),
        ("from django.db import models", False),
    ],
)
def test_signal_rule_bites(source: str, *, expected: bool) -> None:
    assert sources.uses_model_signals(source) is expected


def test_every_app_explains_itself() -> None:
    apps = [path.parent for path in ROOT.glob("apps/*/apps.py")]

    assert apps
    assert not [app.name for app in apps if not (app / "README.md").is_file()]


def test_every_module_with_logic_has_its_mirrored_test() -> None:
    untested = [
        str(path)
        for path in modules("apps")
        if sources.holds_logic((ROOT / path).read_text())
        and str(path) not in TESTED_ELSEWHERE
        and not (ROOT / sources.mirror_of(path)).is_file()
    ]

    assert not untested, f"Write {sources.mirror_of(Path(untested[0]))}, for a start."


def test_the_list_of_modules_tested_elsewhere_is_not_stale() -> None:
    assert not [
        module
        for module in TESTED_ELSEWHERE
        if not (ROOT / module).is_file() or (ROOT / sources.mirror_of(Path(module))).is_file()
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def double(x: int) -> int:\n    return x * 2", True),
        ("class Shape:\n    def area(self):\n        return 1", True),
        ("class Shape:\n    sides: int = 0", False),
        ("class Shape(Protocol):\n    def area(self) -> int:\n        ...", False),
        ("class Shape:\n    def __str__(self):\n        return self.name", False),
    ],
)
def test_logic_rule_bites(source: str, *, expected: bool) -> None:
    assert sources.holds_logic(source) is expected


def test_the_mirror_of_a_module_is_found_by_its_path() -> None:
    mirror = sources.mirror_of(Path("apps/accounts/services/sessions.py"))

    assert mirror == Path("tests/apps/accounts/services/test_sessions.py")

"""The doctor's look at the keys."""

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from apps.kernel.ports import Finding, examinations
from apps.keyring.services import add_key, revoke_key
from apps.keyring.types import Purpose

pytestmark = pytest.mark.django_db


def finding_on(kid: str) -> Finding | None:
    examination = examinations.get("keys")
    assert examination is not None
    return next((seen for seen in examination.examine() if kid in seen.what), None)


def test_key_that_opens_is_well() -> None:
    seen = finding_on(add_key(purpose=Purpose.JWT))

    assert seen is not None
    assert seen.is_well


def test_lost_master_key_is_named_with_its_cure(settings: Settings) -> None:
    kid = add_key(purpose=Purpose.JWT)
    settings.KEYRING_MASTER_KEYS = (Fernet.generate_key().decode(),)

    seen = finding_on(kid)

    assert seen is not None
    assert "KEYRING_MASTER_KEY" in seen.cure


def test_revoked_key_is_no_longer_needed() -> None:
    kid = add_key(purpose=Purpose.JWT)
    revoke_key(kid=kid)

    assert finding_on(kid) is None

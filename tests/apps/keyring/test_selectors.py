"""Reads of the keyring."""

import dataclasses

import pytest

from apps.keyring.selectors import keys
from apps.keyring.services import add_key
from apps.keyring.types import Algorithm, Purpose, State

pytestmark = pytest.mark.django_db


def test_keys_are_listed_without_their_material() -> None:
    kid = add_key(purpose=Purpose.JWT)

    (summary,) = [key for key in keys(purpose=Purpose.JWT) if key.kid == kid]

    assert (summary.algorithm, summary.state) == (Algorithm.ES256, State.NEXT)
    assert not {field.name for field in dataclasses.fields(summary)} & {"material", "secret"}

"""Hostile people meet the flows of identity: each row ends as R6 section 4 demands."""

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from tests.abuse.identity import SCENES, Scene


# Some rows ask at once, from several connections.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_identity_is_not_abused(scene: Scene, owner: User, settings: Settings) -> None:
    scene.play(owner, settings)

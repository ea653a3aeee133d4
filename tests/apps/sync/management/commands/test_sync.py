"""``manage.py sync``: tells an operator what it has done."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.accounts.models import User
from apps.buildings.services import create_building

pytestmark = pytest.mark.django_db(transaction=True)


def said(*words: str) -> str:
    """Return what a command prints."""
    out = StringIO()
    call_command("sync", *words, stdout=out)
    return out.getvalue()


def test_restamp_tells_how_much_it_stamped_and_what_follows(owner: User) -> None:
    create_building(owner_id=owner.pk, name="Harbour House")

    assert said("restamp") == (
        "2 rows stamped; epoch 2 begins, and every device is given all of its rows at its"
        " next pull.\n"
    )


def test_purge_tells_what_it_forgot() -> None:
    assert said("purge") == (
        "Forgotten: 0 deleted rows, 0 ends of access, 0 operations, 0 settled conflicts,"
        " 0 devices.\n"
    )

"""The pen: what fails leaves nothing behind and is told as one of our errors."""

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from apps.buildings.models import Building
from apps.kernel.errors import AppError, Conflict, Forbidden, Invalid, Unavailable
from apps.kernel.transactions import whole
from apps.sync.services.writing import Distrusted, Pen

pytestmark = pytest.mark.django_db(transaction=True)


def rename_and_raise(error: Exception) -> None:
    """Do half of what was asked."""
    Building.objects.update(name="Mill")
    raise error


def wait_too_long() -> None:
    """Meet a limit of the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1ms'")
        cursor.execute("SELECT pg_sleep(60)")


@pytest.mark.parametrize(
    ("error", "told"),
    [(Forbidden(), Forbidden), (IntegrityError(), Conflict), (DataError(), Invalid)],
)
def test_refusal_leaves_nothing(house: Building, error: Exception, told: type[AppError]) -> None:
    with transaction.atomic(), pytest.raises(told):
        Pen(trusts=False).write(lambda: rename_and_raise(error), 1)

    assert Building.objects.get().name == house.name


def test_limit_of_the_database_passes(house: Building) -> None:
    with transaction.atomic(), pytest.raises(Unavailable):
        Pen(trusts=False).write(wait_too_long, 1)


def test_trusting_pen_says_that_it_was_wrong(house: Building) -> None:
    with transaction.atomic(), pytest.raises(Distrusted), whole():
        Pen(trusts=True).write(lambda: rename_and_raise(Forbidden()), 1)

    assert Building.objects.get().name == house.name


def test_each_write_is_stamped_with_its_edit(house: Building) -> None:
    with transaction.atomic():
        pen = Pen(trusts=False)
        pen.write(lambda: Building.objects.update(name="Mill"), 17)
        pen.write(lambda: Building.objects.update(address="Quay"), 18)

    fields = Building.objects.get().sync_fields
    assert (fields["name"][1], fields["address"][1]) == (17, 18)

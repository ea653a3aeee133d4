"""The only row of epochs: held while it changes, made where there is none."""

from django.db import connection

from apps.kernel.clock import now
from apps.sync.models import Epoch


def held_epoch() -> Epoch:
    """Return the epoch, locked until the transaction ends."""
    if not Epoch.objects.exists():
        # Read as the first one until now.
        first = Epoch(pk=1, began_at=now(), cluster=cluster_identifier())
        Epoch.objects.bulk_create([first], ignore_conflicts=True)
    return Epoch.objects.select_for_update().get()


def cluster_identifier() -> int:
    """Return the system identifier of the cluster that we are connected to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        return int(cursor.fetchone()[0])

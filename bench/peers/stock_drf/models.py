"""The shared table, as Django sees it."""

from django.db import models
from typing_extensions import override

from apps.kernel.ids import new_id


class MaintenanceRequest(models.Model):
    """What is broken; one row holds all that is shown."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    building_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=5000)
    status = models.CharField(max_length=12, default="open")
    priority = models.CharField(max_length=10, default="normal")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "stock_drf"
        db_table = "request"
        managed = False

    @override
    def __str__(self) -> str:
        return self.title

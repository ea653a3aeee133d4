"""Where sync is found."""

import pytest
from django.urls import resolve

from apps.api.problems import unknown_address
from apps.sync.api import urls, views
from apps.sync.ports import tables


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("pull", views.PullView),
        ("push", views.PushView),
        ("watermelon/pull", views.WatermelonPullView),
        ("watermelon/push", views.WatermelonPushView),
        ("rxdb/units/pull", views.RxdbPullView),
        ("rxdb/units/push", views.RxdbPushView),
    ],
)
def test_clients_find_their_protocol(path: str, view: type) -> None:
    assert getattr(resolve(f"/api/v1/sync/{path}").func, "cls", None) is view


def test_every_synced_table_is_a_collection_of_its_own() -> None:
    names = {str(route.pattern) for route in urls.urlpatterns}

    assert tables
    for table in tables:
        assert {f"rxdb/{table.name}/pull", f"rxdb/{table.name}/push"} <= names
    assert resolve("/api/v1/sync/rxdb/drafts/pull").func is unknown_address

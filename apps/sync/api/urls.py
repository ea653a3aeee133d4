"""Routes of sync, below /api/v1/sync/; those of other protocols end as their clients are used."""

from collections.abc import Iterator

from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter

from apps.sync.api import views
from apps.sync.ports import tables

router = SimpleRouter(use_regex_path=False)
router.register("conflicts", views.ConflictViewSet, basename="conflict")


def _rxdb_routes() -> Iterator[URLPattern]:
    """Return two routes per table: each is a collection of its own, documented as such."""
    for table in tables:
        for name, view in (("pull", views.RxdbPullView), ("push", views.RxdbPushView)):
            yield path(
                f"rxdb/{table.name}/{name}",
                view.as_view(table=table),
                name=f"sync-rxdb-{table.name}-{name}",
            )


urlpatterns = [
    path("pull", views.PullView.as_view(), name="sync-pull"),
    path("push", views.PushView.as_view(), name="sync-push"),
    path("watermelon/pull", views.WatermelonPullView.as_view(), name="sync-watermelon-pull"),
    path("watermelon/push", views.WatermelonPushView.as_view(), name="sync-watermelon-push"),
    *_rxdb_routes(),
    *router.urls,
]

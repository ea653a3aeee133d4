"""Routes of the CDN, below /api/v1/cdn/."""

from rest_framework.routers import SimpleRouter

from apps.cdn.api.views import PurgeViewSet

router = SimpleRouter(use_regex_path=False)
router.register("purges", PurgeViewSet, basename="cdn-purge")

urlpatterns = router.urls

"""Routes of ${app}, below /api/v1/${app}/."""

from rest_framework.routers import SimpleRouter

from apps.${app}.api.views import ${Resource}ViewSet

router = SimpleRouter()
router.register("", ${Resource}ViewSet, basename="${basename}")

urlpatterns = router.urls

"""The views of sync, one protocol per file."""

from apps.sync.api.views.conflicts import ConflictViewSet
from apps.sync.api.views.operations import PullView, PushView
from apps.sync.api.views.rxdb import RxdbPullView, RxdbPushView
from apps.sync.api.views.watermelon import WatermelonPullView, WatermelonPushView

__all__ = [
    "ConflictViewSet",
    "PullView",
    "PushView",
    "RxdbPullView",
    "RxdbPushView",
    "WatermelonPullView",
    "WatermelonPushView",
]

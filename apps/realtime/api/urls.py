"""Routes of realtime, below /api/v1/realtime/."""

from django.urls import path

from apps.realtime.api import views

urlpatterns = [
    path("publish/", views.PublishView.as_view(), name="realtime-publish"),
    path("broadcast/", views.BroadcastView.as_view(), name="realtime-broadcast"),
    path("disconnect/", views.DisconnectView.as_view(), name="realtime-disconnect"),
    path("presence/", views.PresenceView.as_view(), name="realtime-presence"),
    path("history/", views.HistoryView.as_view(), name="realtime-history"),
    # The address of the stream is the one the realtime process serves it under.
    path("events", views.EventStreamView.as_view(), name="realtime-events"),
]

"""The console's pages, mounted below /admin/."""

from django.urls import path

from apps.console import views

app_name = "console"

urlpatterns = [
    path("console/charts", views.charts, name="charts"),
    path("accounts/user/<int:user_id>/person/", views.person, name="person"),
    path("accounts/user/<int:user_id>/person/<slug:section>/<slug:action>/", views.act, name="act"),
]

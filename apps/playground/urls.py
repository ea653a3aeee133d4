"""The pages of the playground, mounted in development only."""

from django.urls import path

from apps.playground import views

app_name = "playground"

urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("playground/phones/", views.phones, name="phones"),
    path("playground/phones/<slug:key>/", views.phone, name="phone"),
    path("playground/phones/<slug:key>/session/", views.session, name="session"),
    path("playground/mail/", views.mailbox, name="mailbox"),
    path("playground/mail/<str:mail_id>/", views.letter, name="letter"),
]

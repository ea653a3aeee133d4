"""The pages of the playground, mounted in development only."""

from django.urls import path

from apps.playground import views

app_name = "playground"

urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("playground/mail/", views.mailbox, name="mailbox"),
    path("playground/mail/<str:mail_id>/", views.letter, name="letter"),
]

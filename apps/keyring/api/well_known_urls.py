"""What others find below /.well-known/ (RFC 8615)."""

from django.urls import path

from apps.keyring.api.views import JwksView

urlpatterns = [path("jwks.json", JwksView.as_view(), name="keyring-jwks")]

"""The forms in which public keys are shown."""

from typing import Any

from rest_framework import serializers


class JwkOut(serializers.Serializer[dict[str, Any]]):
    """A public key on the curve P-256 (RFC 7518 section 6.2)."""

    kty = serializers.CharField(help_text="Always EC.")
    crv = serializers.CharField(help_text="Always P-256.")
    x = serializers.CharField()
    y = serializers.CharField()
    kid = serializers.CharField(help_text="What a token's header names.")
    use = serializers.CharField(help_text="Always sig.")
    alg = serializers.CharField(help_text="The only algorithm it may be used with.")


class JwksOut(serializers.Serializer[dict[str, Any]]):
    """A JSON Web Key Set (RFC 7517 section 5)."""

    keys = JwkOut(many=True)

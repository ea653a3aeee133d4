"""Watch: liveness and readiness, with checks that other apps plug in."""

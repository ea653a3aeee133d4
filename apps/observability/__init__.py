"""Watch: correlation, structured logs, metrics."""

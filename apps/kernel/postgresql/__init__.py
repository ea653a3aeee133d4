"""Django's backend for PostgreSQL, which asks less often whether its connection is alive."""

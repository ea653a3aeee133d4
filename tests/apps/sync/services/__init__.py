"""Tests of the services of sync."""

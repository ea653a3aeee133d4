"""The HTTP edge of realtime."""

"""Protection: Redis clients and the guarded way out to other servers."""

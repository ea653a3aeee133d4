"""The layers an entry is kept in: memory, Redis, files; each may vanish at any moment."""

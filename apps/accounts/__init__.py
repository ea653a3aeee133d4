"""Identity: users, devices, sessions and tokens."""

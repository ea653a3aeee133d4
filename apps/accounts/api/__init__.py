"""Identity over HTTP: me, devices, sessions, and the authentication of every request."""

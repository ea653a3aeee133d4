"""Reference domain: buildings, units, members and maintenance requests."""

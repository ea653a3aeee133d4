"""What costs much is made once, and kept in memory, Redis and files."""

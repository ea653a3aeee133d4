"""The doctor: looks at an installation from all sides, and names each fault with its cure."""

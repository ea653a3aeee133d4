"""Starts Mainstay on a developer's machine: its tools, servers and processes, outside Django."""

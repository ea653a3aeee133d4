"""Offline first: what phones changed comes in, what others changed goes out, nothing is lost."""

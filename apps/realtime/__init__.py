"""Realtime: what is announced reaches connected phones at once, in order, and without a gap."""

"""Bytes people bring: uploads that survive cuts, storage, validation, scanning, signed URLs."""

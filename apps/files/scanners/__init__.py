"""Scanners, one file each; `scanning` asks those in use."""

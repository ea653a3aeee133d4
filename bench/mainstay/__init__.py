"""Mainstay's side of the bench: its settings, and what runs in processes of its own."""

"""Mainstay's apps, flat; the import contract in pyproject.toml states each one's floor."""

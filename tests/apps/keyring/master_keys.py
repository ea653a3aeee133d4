"""Master keys, as an operator makes them."""

from cryptography.fernet import Fernet


def master_key() -> str:
    """Return a new one."""
    return Fernet.generate_key().decode()

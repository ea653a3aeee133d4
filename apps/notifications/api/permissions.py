"""Who may send to others: operators, and servers that sign in with an account of their own."""

from apps.api.permissions import OperatesUnseen


class Sends(OperatesUnseen):
    """Admits whoever may send; for anybody else no notification is there."""

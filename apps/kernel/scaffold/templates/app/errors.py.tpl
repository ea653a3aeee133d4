"""What can be wrong with a change; an absent row is `kernel.errors.NotFound`."""

from apps.kernel.errors import Conflict


class NameTaken(Conflict):
    """The owner has another ${words} of this name."""

    code = "${app}.name_taken"
    title = "The name is taken"

"""Where people are in the admin; the user model belongs to an app above."""

from django.contrib.auth import get_user_model
from django.urls import reverse

_user = get_user_model()._meta  # noqa: SLF001  Django's documented API

MAY_SEE_PEOPLE = f"{_user.app_label}.view_{_user.model_name}"


def page_of_people(page: str, *arguments: object) -> str:
    """Return the address of a page of the users' admin."""
    return reverse(f"admin:{_user.app_label}_{_user.model_name}_{page}", args=arguments)

"""The pages of people are those of the user model's admin."""

from apps.console.people import MAY_SEE_PEOPLE, page_of_people


def test_pages_are_those_of_the_user_model() -> None:
    assert MAY_SEE_PEOPLE == "accounts.view_user"
    assert page_of_people("changelist") == "/admin/accounts/user/"
    assert page_of_people("change", 7) == "/admin/accounts/user/7/change/"

"""The session's own word on whether it lives."""

from apps.accounts.models import Session, User
from apps.kernel import clock


def test_session_lives_until_it_ends_or_its_user_may_not_sign_in() -> None:
    active, inactive = User(is_active=True), User(is_active=False)

    assert Session(user=active).is_live
    assert not Session(user=active, ended_at=clock.now()).is_live
    assert not Session(user=inactive).is_live

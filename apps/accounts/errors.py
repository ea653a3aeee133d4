"""What can be wrong with who someone is, or with signing in."""

from apps.kernel.errors import AppError, Unavailable


class SignInBusy(Unavailable):
    """More passwords are being checked than this process has memory for."""

    code = "accounts.sign_in_busy"
    title = "Too many sign-ins at once"

    def __init__(self) -> None:
        super().__init__(
            "Too many passwords are being checked right now; try again in a second.",
            headers={"Retry-After": "1"},
        )


class NotSignedIn(AppError):
    """The access token is missing, expired or malformed, or its session has ended."""

    code = "accounts.not_signed_in"
    title = "Not signed in"
    status = 401


class UnknownTimeZone(AppError):
    """The time zone is not one of the IANA database."""

    code = "accounts.unknown_time_zone"
    title = "Unknown time zone"
    status = 400

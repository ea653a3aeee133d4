"""What can be wrong with who someone is, or with signing in."""

from apps.kernel.errors import AppError, Conflict, Invalid, Unavailable


class SignInBusy(Unavailable):
    """More passwords are being checked than this process has memory for."""

    code = "accounts.sign_in_busy"
    title = "Too many sign-ins at once"


class TooManyAttempts(AppError):
    """Too many wrong passwords or codes for one account or client; the rest is not even checked."""

    code = "accounts.too_many_attempts"
    title = "Too many attempts"
    status = 429


class RefreshTokenRefused(AppError):
    """The refresh token is unknown, expired or spent, or its session has ended; sign in again."""

    code = "accounts.refresh_token_refused"
    title = "Refresh token refused"
    status = 401


class AddressTaken(Conflict):
    """Somebody else has the e-mail address, in whichever spelling."""

    code = "accounts.address_taken"
    title = "Address taken"


class PasswordTooLong(AppError):
    """The password has more than 1,024 characters; such input is not even hashed."""

    code = "accounts.password_too_long"
    title = "Password too long"
    status = 400


class PasswordRefused(Invalid):
    """The password breaks rules of the policy; ``errors`` names each of them."""

    code = "accounts.password_refused"
    title = "Password refused"


class NoGuest(Conflict):
    """The account has an e-mail address already; change it as any other."""

    code = "accounts.no_guest"
    title = "Not a guest"


class UnknownTimeZone(AppError):
    """The time zone is not one of the IANA database."""

    code = "accounts.unknown_time_zone"
    title = "Unknown time zone"
    status = 400


class IdTokenRefused(AppError):
    """The ID token or code does not prove who somebody is at the provider; ask for another one."""

    code = "accounts.id_token_refused"
    title = "ID token refused"
    status = 400


class ProviderUnavailable(Unavailable):
    """Google, Apple or the like does not answer, so nobody new to it can be let in by it."""

    code = "accounts.provider_unavailable"
    title = "Provider unavailable"

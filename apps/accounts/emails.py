"""E-mail addresses in one canonical form, so that two spellings are one account."""

import unicodedata


def canonical_email(email: str) -> str:
    """Return the address in NFKC form and folded case (Unicode UAX #15; RFC 6532 section 3.1).

    The local part is folded too: no mail provider in use tells case apart, and people type it
    either way.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email.strip()).casefold())

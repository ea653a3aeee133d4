"""E-mail addresses in one canonical form, so that two spellings are one account."""

from unicodedata import normalize


def canonical_email(email: str) -> str:
    """Return the address in NFKC form and folded case (Unicode 3.13, D147; RFC 6532).

    The local part is folded too: no mail provider in use tells case apart, and people type it
    either way. The canonical form of a canonical form is itself.
    """
    folded = normalize("NFKC", normalize("NFD", email).casefold())
    # Spaces last: the compatibility form of some accents begins with one.
    return normalize("NFKC", folded.casefold()).strip()

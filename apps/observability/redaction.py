"""What must never reach a log: secrets and personal data, by the name of a key and by shape.

It errs on the side of hiding. Every pattern runs in time linear in the text, so hostile input
cannot make logging slow.
"""

import re

REDACTED = "[redacted]"

_HIDDEN_NAMES = re.compile(
    r"passw|passphrase|passcode|secret|token|authorization|cookie|credential|signature|"
    r"api_?key|private_?key|master_?key|session_key|sessionid|csrf|(?:^|_)otp(?:$|_)|"
    r"e_?mail|phone|birth|iban|(?:first|last|full|given|family|display)_?name|"
    r"ip_?address|remote_?addr|latitude|longitude"
)
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# name=value and "name": value, as in messages, headers, query strings and reprs. Most texts hold
# none of the stems, and looking for a stem is ten times faster than looking for the pattern.
_STEMS = (
    *("passw", "passphrase", "passcode", "secret", "token", "authorization", "cookie"),
    *("credential", "signature", "key", "sessionid"),
)
_NAMED_VALUE = re.compile(
    r"((?:passw(?:or)?d|passphrase|passcode|secret|token|authorization|cookie|credential|signature"
    r"|api[_-]?key|private[_-]?key|master[_-]?key|session_?key|sessionid"
    r")[\w-]{0,32}[\"']?\s{0,3}[=:]\s{0,3})(?!\[redacted\])"
    r"(?:b?\"[^\"]*+\"?|b?'[^']*+'?|(?:(?:basic|bearer|digest|token)\s+)?[^\s,;&\"')}\]]++)",
    re.IGNORECASE,
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^-]*+(?:-----END [A-Z ]{0,32}PRIVATE KEY-----)?"
)
# What stands between :// and the last @ of the word, whatever characters a password holds.
_URL_CREDENTIALS = re.compile(r"://(?:[^\s\"'<>@]{0,256}+@)++")
_E_MAIL_STOP = r"\s@\"'<>()\[\]{},;:=/&?|\\"
_E_MAIL = re.compile(rf"(?<![^{_E_MAIL_STOP}])[^{_E_MAIL_STOP}]*+@[\w-]++(?:\.[\w-]++)++")
_DOTTED_WORD = re.compile(r"[\w.-]{8,}+")
_WEBHOOK_SECRET = re.compile(r"whsec_[\w+/=-]*+")
_BEARER = re.compile(r"\b(bearer)\s{1,3}(?!\[redacted\])[^\s\"',;]++", re.IGNORECASE)


def redacted(text: str) -> str:
    """Return the text with everything that looks like a secret or an e-mail address hidden."""
    lower = text.lower()
    if "private key" in lower:
        text = _PRIVATE_KEY.sub(REDACTED, text)
    if "eyj" in lower:
        text = _DOTTED_WORD.sub(_without_web_token, text)
    if "whsec_" in lower:
        text = _WEBHOOK_SECRET.sub(REDACTED, text)
    if ("=" in lower or ":" in lower) and any(stem in lower for stem in _STEMS):
        text = _NAMED_VALUE.sub(rf"\1{REDACTED}", text)
    if "bearer" in lower:
        text = _BEARER.sub(rf"\1 {REDACTED}", text)
    if "@" in lower:
        text = _E_MAIL.sub(REDACTED, _URL_CREDENTIALS.sub(f"://{REDACTED}@", text))
    return text


def _without_web_token(word: re.Match[str]) -> str:
    """Hide a word that holds a JSON web token: its first part begins with {" in base64."""
    return REDACTED if "eyJ" in word[0] and "." in word[0] else word[0]


def is_hidden(name: str) -> bool:
    """Say whether what is kept under this name must never be logged, whatever it holds."""
    plain = _CAMEL_CASE.sub("_", name).replace("-", "_").lower()
    return _HIDDEN_NAMES.search(plain) is not None

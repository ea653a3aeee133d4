"""Mails as Django's file-based backend wrote them, read back from their folder."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

# What the backend writes after each message; a file may hold several.
_END_OF_MESSAGE = b"\n" + b"-" * 79 + b"\n"
# A code stands alone in its line, as in django-allauth's mails: "BCDF-GHJK" or "123456".
_CODE = re.compile(r"^([A-Z0-9]{3,9}(?:-[A-Z0-9]{3,9})*)\r?$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail, as a person would read it."""

    id: str
    to: tuple[str, ...]
    subject: str
    text: str
    date: datetime | None

    @property
    def code(self) -> str | None:
        """The code to type in somewhere, if the mail carries one."""
        match = _CODE.search(self.text)
        return match[1] if match else None


def mails(folder: Path, *, to: str = "") -> list[Mail]:
    """Return the mails to an address, or all of them, newest first."""
    address = to.casefold()
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
    read = [mail for file in files for mail in _mails_in(file)]
    return [mail for mail in reversed(read) if not to or address in mail.to]


def mail(folder: Path, *, mail_id: str) -> Mail | None:
    """Return one mail by its id, or None."""
    return next((each for each in mails(folder) if each.id == mail_id), None)


def _mails_in(file: Path) -> list[Mail]:
    *finished, _unfinished = file.read_bytes().split(_END_OF_MESSAGE)
    return [_mail(source, f"{file.name}/{index}") for index, source in enumerate(finished)]


def _mail(source: bytes, place: str) -> Mail:
    message = message_from_bytes(source, EmailMessage, policy=policy.default)
    body = message.get_body(("plain", "html"))
    recipients = getaddresses(message.get_all("To", []))
    return Mail(
        id=sha256(place.encode()).hexdigest()[:16],
        to=tuple(address.casefold() for _, address in recipients),
        subject=str(message.get("Subject", "")),
        text=body.get_content().strip() if body else "",
        date=parsedate_to_datetime(message["Date"]) if message["Date"] else None,
    )

"""The mailbox reads back what Django's file-based backend wrote."""

from pathlib import Path

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.filebased import EmailBackend

from apps.playground.mailbox import mail, mails


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


def send(folder: Path, *, to: str = "ada@example.com", subject: str = "Hello", text: str) -> None:
    message = django_mail.EmailMessage(subject, text, "house@example.com", [to])
    EmailBackend(file_path=str(folder)).send_messages([message])


def test_mail_is_read_back_as_it_was_sent(folder: Path) -> None:
    send(folder, to="ada@example.com", subject="Grüße", text="Schöne Grüße\nvom Haus")

    [read] = mails(folder)

    assert (read.to, read.subject) == (("ada@example.com",), "Grüße")
    assert read.text == "Schöne Grüße\nvom Haus"
    assert read.date is not None


def test_newest_mail_stands_first(folder: Path) -> None:
    send(folder, text="first")
    send(folder, text="second")

    assert [read.text for read in mails(folder)] == ["second", "first"]


def test_several_mails_of_one_connection_are_told_apart(folder: Path) -> None:
    backend = EmailBackend(file_path=str(folder))
    texts = ("first", "second")
    backend.send_messages(
        [django_mail.EmailMessage("Hello", text, to=["ada@example.com"]) for text in texts]
    )

    assert [read.text for read in mails(folder)] == ["second", "first"]


def test_mails_of_one_address_are_found_whatever_its_case(folder: Path) -> None:
    send(folder, to="Ada@Example.com", text="for Ada")
    send(folder, to="bob@example.com", text="for Bob")

    assert [read.text for read in mails(folder, to="ada@EXAMPLE.com")] == ["for Ada"]


@pytest.mark.parametrize("code", ["BCDF-GHJK", "123456", "BCD-FGH-JKL"])
def test_code_that_stands_alone_in_its_line_is_found(folder: Path, code: str) -> None:
    send(folder, text=f"Hello from Mainstay!\n\nYour code is below.\n\n{code}\n\nThank you!")

    assert mails(folder)[0].code == code


def test_mail_without_a_code_has_none(folder: Path) -> None:
    send(folder, text="HELLO there, nothing to type in")

    assert mails(folder)[0].code is None


def test_mail_that_is_being_written_is_not_shown_yet(folder: Path) -> None:
    send(folder, text="finished")
    (folder / "20990101-000000-1.log").write_bytes(b"Subject: half\n\nnot yet")

    assert [read.text for read in mails(folder)] == ["finished"]


def test_one_mail_is_found_by_its_id(folder: Path) -> None:
    send(folder, text="the one")
    [read] = mails(folder)

    assert mail(folder, mail_id=read.id) == read
    assert mail(folder, mail_id="nothing") is None


def test_missing_folder_is_an_empty_mailbox(folder: Path) -> None:
    assert mails(folder) == []

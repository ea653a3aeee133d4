"""Names that people give to files: hostile ones are refused (R6 section 4, #36)."""

import pytest

from apps.files.file_names import extension_of, refuse_hostile
from apps.kernel.errors import Invalid


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt", "a/b.txt", "a\\b.txt", "%2e%2e%2fa.txt", "a%00.txt", "a\x00.txt", "a\nb.txt",
        "a" * 256, "a" * 10_000, "\u202egpj.exe", "a\u200f.txt", "\u2066a.txt", ".", "..", " ",
        "%2e%2e", "a\x1b[2J.txt", "\ud800.txt",
    ],
)  # fmt: skip
def test_hostile_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        refuse_hostile(name)


@pytest.mark.parametrize(
    "name",
    ["", "a.txt", "Grüße aus 東京.pdf", "100 %.txt", ".profile", "\u0645\u200c\u062e.txt", "a..b"],
)
def test_name_of_any_language_is_taken(name: str) -> None:
    refuse_hostile(name)


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.TXT", "txt"), ("a.tar.gz", "gz"), ("a", ""), (".profile", ""), ("a.", ""), ("", "")],
)
def test_extension_follows_the_last_dot(name: str, extension: str) -> None:
    assert extension_of(name) == extension

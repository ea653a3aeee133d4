"""P14: of any template and values, all placeholders are filled, or the missing ones are named."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notifications.errors import MissingVariables
from apps.notifications.rendering import Words, content_for
from apps.notifications.types import Channel, Text

# Letters, digits, marks and signs of any script, but nothing invisible that we take out or add.
visible = st.characters(exclude_categories=("C", "Z"), exclude_characters="{}")
literals = st.text(visible | st.sampled_from(" \n"), max_size=12)
# Few of them mostly, so that values that look like placeholders name one that has a value.
names = st.sampled_from("ab") | st.from_regex(r"[a-z][a-z0-9_]{0,3}", fullmatch=True)
# What other engines would run.
TRAPS = (
    *("{{ a }}", "{{a}}{{b}}", "{% load x %}", "{{ a.__class__ }}", "${7*7}", "%(a)s", "%s", "{0}"),
    *("{a}", "<script>1</script>", "=1+1", "`id`", r"\1\g<0>", "מעלית", "{{", "}}"),
)
values = st.sampled_from(TRAPS) | st.text(visible | st.sampled_from(" {}"), max_size=12)
spaces = st.sampled_from(["", " ", "  ", "\t"])
placeholders = st.builds(lambda name, *around: (name, around), names, spaces, spaces)


@given(
    pieces=st.lists(literals | placeholders, max_size=8),
    known=st.dictionaries(names, values, max_size=6),
    gives_all=st.booleans(),
    language=st.sampled_from(["en", "he", "ar-EG", "ja"]),
    filling=values,
)
def test_property_p14_placeholders_are_filled_and_nothing_runs(
    pieces: list[str | tuple[str, tuple[str, str]]],
    known: dict[str, str],
    gives_all: bool,
    language: str,
    filling: str,
) -> None:
    """For all templates and variables: filled as written, missing ones named, nothing executed.

    Seen to fail on a filling that went over its own result again, and on one that left a
    placeholder without a value as it stood.
    """
    mentioned = [piece[0] for piece in pieces if isinstance(piece, tuple)]
    if gives_all:
        known = {**dict.fromkeys(mentioned, filling), **known}
    missing = {name for name in mentioned if name not in known}
    body = "".join(
        piece if isinstance(piece, str) else f"{{{{{piece[1][0]}{piece[0]}{piece[1][1]}}}}}"
        for piece in pieces
    )
    words = Words(texts={("", language): Text(title="t", body=body)}, variables=known)

    if missing:
        with pytest.raises(MissingVariables) as refusal:
            content_for(words, channel=Channel.INBOX, languages=[language])
        named = [error["field"].removeprefix("variables.") for error in refusal.value.errors]
        assert sorted(named) == sorted(missing)
    else:
        content = content_for(words, channel=Channel.INBOX, languages=[language])
        filled = "".join(known[piece[0]] if isinstance(piece, tuple) else piece for piece in pieces)
        assert _without_marks(content.body) == filled.strip()


def _without_marks(text: str) -> str:
    """Return a text without what keeps directions apart: isolates and marks."""
    return re.sub("[\u200e\u200f\u2068\u2069]", "", text).strip()

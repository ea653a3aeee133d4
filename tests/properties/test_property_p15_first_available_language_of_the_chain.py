"""P15: a text is in the first language of the person's chain that it is available in."""

from hypothesis import given
from hypothesis import strategies as st

from apps.notifications.rendering import Words, content_for
from apps.notifications.types import Channel, Text

# Few, so that they meet; "x" and "u" are singletons, which never stand last in a lookup.
subtags = st.sampled_from(["latn", "hant", "il", "BR", "x", "u", "co", "001"])
languages = st.sampled_from(["en", "he", "PT", "zh", "de"])
tags = st.builds(
    lambda first, rest: "-".join([first, *rest]), languages, st.lists(subtags, max_size=3)
)
available = st.lists(tags, min_size=1, max_size=6, unique_by=str.lower)


def is_found(tag: str, asked: str) -> bool:
    """Say whether the lookup of a tag passes this one on its way (RFC 4647 section 3.4)."""
    tag, asked = tag.lower(), asked.lower()
    is_shorter = asked.startswith(f"{tag}-") and len(tag.rpartition("-")[2]) > 1
    return tag == asked or is_shorter


@given(known=available, chain=st.lists(tags, max_size=5), channel=st.sampled_from(Channel))
def test_property_p15_first_available_language_of_the_chain(
    known: list[str], chain: list[str], channel: Channel
) -> None:
    """For all chains and available languages, the content is in the first that is available.

    Of one wish the longest match comes before its shorter ones, and a shorter one of the first
    wish before the next wish. Seen to fail on a lookup that tried all wishes whole before it
    shortened any, and on one that shortened to a singleton.
    """
    words = Words(texts={("", tag): Text(title=tag) for tag in known})
    matches = [
        (place, -len(tag), tag)
        for place, asked in enumerate(chain)
        for tag in known
        if is_found(tag, asked)
    ]

    content = content_for(words, channel=channel, languages=chain)

    expected = min(matches)[2] if matches else min(known)
    assert content.language == expected
    assert content.title.lstrip("\u200f") == expected

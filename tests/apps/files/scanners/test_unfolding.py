"""What is packed in bytes that stream by is found and unfolded, and no further than the bounds."""

import struct

import pytest

from apps.files.scanners import unfolding
from apps.files.scanners.unfolding import Budget, Layer, TooMuch, Unreadable
from tests.apps.files.samples import nested, text, zipped

MEBIBYTE = 1024 * 1024
WORDS = text(5000)


class Unfolded:
    """The layers of a file: how deep each lies, what it holds, and whether its end was told."""

    def __init__(self) -> None:
        self.layers: list[_Notes] = []

    def open(self, depth: int) -> "_Notes":
        """Begin a layer."""
        self.layers.append(_Notes(depth))
        return self.layers[-1]

    def at(self, depth: int) -> list[bytes]:
        """What lies so deep."""
        return [bytes(layer.content) for layer in self.layers if layer.depth == depth]


class _Notes:
    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.content = bytearray()
        self.ends = 0

    def feed(self, content: bytes) -> None:
        self.content += content

    def end(self) -> None:
        self.ends += 1


def unfolded(
    content: bytes, *, step_bytes: int = 4096, budget_bytes: int = 64 * MEBIBYTE
) -> Unfolded:
    """What comes of a file that streams by in such steps."""
    found = Unfolded()
    outermost = Layer(found.open, budget=Budget(budget_bytes))
    for start in range(0, len(content), step_bytes):
        outermost.feed(content[start : start + step_bytes])
    outermost.end()
    return found


def _header(*, version: int = 20, flags: int = 0, name: bytes = b"a", skipped: int = 0) -> bytes:
    """What a deflated member begins with (APPNOTE.TXT 6.3.10, section 4.3.7)."""
    fields = (b"PK\x03\x04", version, flags, 8, 0, 0, 0, 0, 0, len(name), skipped)
    return struct.pack("<4sHHHHHIIIHH", *fields) + name


@pytest.mark.parametrize("step_bytes", [1, 7, 4096, MEBIBYTE])
def test_members_are_unfolded_in_whatever_steps_they_come(step_bytes: int) -> None:
    content = zipped({"a.txt": WORDS, "b.txt": b"other words"})

    found = unfolded(content, step_bytes=step_bytes)

    assert found.at(0) == [content]
    assert found.at(1) == [WORDS, b"other words"]


def test_each_layer_lies_one_deeper() -> None:
    found = unfolded(nested(WORDS, times=3))

    assert found.at(1) == [nested(WORDS, times=2)]
    assert found.at(2) == [nested(WORDS, times=1)]
    assert found.at(3) == [WORDS]


def test_every_layer_is_told_its_end_once() -> None:
    whole = nested(WORDS, times=3)

    for content in (whole, whole[: len(whole) // 2], b""):
        assert {layer.ends for layer in unfolded(content).layers} == {1}


def test_archive_within_something_else_is_found() -> None:
    assert unfolded(b"Not a zip at first. " + zipped({"a.txt": WORDS})).at(1) == [WORDS]


@pytest.mark.parametrize(
    "content",
    [
        _header() + b"\xff" * 100,
        _header(version=64) + WORDS,
        _header(name=b"") + WORDS,
        _header(name=b"a" * 1025) + WORDS,
        b"PK\x03\x04",
        b"PK",
    ],
    ids=["no deflate", "no version", "no name", "no such name", "a signature", "half of one"],
)
def test_what_only_looks_like_a_member_is_passed_by(content: bytes) -> None:
    found = unfolded(content)

    assert found.at(0) == [content]
    assert not any(found.at(1))


def test_so_many_layers_and_none_more() -> None:
    assert unfolded(nested(b"words", times=unfolding.MOST_DEPTH)).at(unfolding.MOST_DEPTH)

    with pytest.raises(TooMuch):
        unfolded(nested(b"words", times=unfolding.MOST_DEPTH + 1))


def test_so_many_members_at_once_and_none_more() -> None:
    # Each says that its bytes begin far behind the others.
    waiting = _header(skipped=0xFFFF) * unfolding.MOST_OPEN_MEMBERS

    unfolded(waiting)

    with pytest.raises(TooMuch):
        unfolded(waiting + _header(skipped=0xFFFF))


def test_all_layers_share_one_budget() -> None:
    content = zipped({"a.txt": WORDS, "b.txt": WORDS})

    unfolded(content, budget_bytes=2 * len(WORDS))

    with pytest.raises(TooMuch):
        unfolded(content, budget_bytes=2 * len(WORDS) - 1)


def test_what_is_not_unfolded_costs_nothing() -> None:
    assert unfolded(WORDS, budget_bytes=0).at(0) == [WORDS]


@pytest.mark.parametrize(
    ("size_bytes", "left_bytes"),
    [
        (0, unfolding.FREE_BYTES),
        (MEBIBYTE, unfolding.MOST_RATIO * MEBIBYTE),
        (1024 * MEBIBYTE, unfolding.MOST_UNFOLDED_BYTES),
    ],
)
def test_budget_grows_with_the_file_between_two_bounds(size_bytes: int, left_bytes: int) -> None:
    assert Budget.of(size_bytes).left_bytes == left_bytes


def test_encrypted_member_is_unreadable_inside_and_the_directorys_to_tell_outside() -> None:
    encrypted = _header(flags=1) + WORDS

    assert not unfolded(encrypted).at(1)
    with pytest.raises(Unreadable):
        unfolded(zipped({"inner.bin": encrypted}))

"""Memory keeps what was used last, within its bytes."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from apps.caching.entries import OVERHEAD_BYTES
from apps.caching.layers.memory import Memory
from tests.apps.caching.samples import STRICT, entry

BODY = b"x" * (10_000 - OVERHEAD_BYTES)


def memory(*, of: int) -> Memory:
    """Return a memory with room for so many entries of 10,000 bytes."""
    return Memory(of * 10_000)


def test_what_was_used_longest_ago_goes_first() -> None:
    kept = memory(of=10)
    for number in range(10):
        kept.put(f"a{number}", entry(body=BODY))
    kept.get(STRICT.name, "a0")

    kept.put("new", entry(body=BODY))

    assert kept.get(STRICT.name, "a1") is None
    assert kept.get(STRICT.name, "a0") is not None
    assert (kept.state().entries, kept.state().size_bytes) == (10, 100_000)


def test_entry_that_would_drive_out_many_others_is_not_taken() -> None:
    kept = memory(of=10)

    assert kept.takes(entry(body=BODY))
    assert not kept.takes(entry(body=BODY * 2))


def test_entry_takes_the_place_of_the_one_before() -> None:
    kept = memory(of=10)
    kept.put("a", entry(body=BODY))

    kept.put("a", entry(body=b""))

    assert (kept.state().entries, kept.state().size_bytes) == (1, OVERHEAD_BYTES)


def test_entries_of_a_namespace_are_cleared_and_no_others() -> None:
    kept = memory(of=10)
    kept.put("ours", entry())
    kept.put("theirs", entry(namespace="other.one"))

    kept.clear(STRICT.name)

    assert kept.get(STRICT.name, "ours") is None
    assert kept.get("other.one", "theirs") is not None


@given(steps=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 12_000)), max_size=60))
def test_it_never_holds_more_than_its_limit_and_counts_right(steps: list[tuple[int, int]]) -> None:
    kept = Memory(100_000)
    for address, size in steps:
        kept.put(str(address), entry(body=b"x" * size))

        assert kept.state().size_bytes <= 100_000
    assert kept.state().size_bytes == sum(each.size_bytes for each in kept._entries.values())


def test_many_threads_may_use_it_at_once() -> None:
    kept = memory(of=20)

    def use(thread: int) -> None:
        for number in range(300):
            address = str((thread * 7 + number) % 40)
            kept.put(address, entry(body=BODY))
            kept.get(STRICT.name, address)
            kept.delete(STRICT.name, str(number % 40))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(8)))

    assert kept.state().size_bytes == kept.state().entries * 10_000

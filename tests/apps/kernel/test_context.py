"""The context continues what a caller sent where it is well formed, and starts anew elsewhere."""

import threading

import pytest

from apps.kernel.context import Context, act_as, bound, bound_or_none, continued_from, current

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


@pytest.mark.parametrize("sent", ["a", "job-7.retry_2", "A" * 64])
def test_well_formed_correlation_id_is_continued(sent: str) -> None:
    assert continued_from(correlation_id=sent, traceparent=None).correlation_id == sent


@pytest.mark.parametrize("sent", ["", "A" * 65, "a b", "a\nb", "ä", "a;b", "\x1b[31m"])
def test_malformed_correlation_id_is_replaced(sent: str) -> None:
    made = continued_from(correlation_id=sent, traceparent=None).correlation_id

    assert made != sent
    assert len(made) == 36


def test_trace_is_continued_in_a_span_of_its_own() -> None:
    made = continued_from(correlation_id=None, traceparent=f"00-{TRACE}-{PARENT}-00")

    assert (made.trace_id, made.trace_flags) == (TRACE, "00")
    assert made.span_id != PARENT


@pytest.mark.parametrize(
    "sent",
    [
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}",
        "nonsense",
    ],
)
def test_invalid_trace_starts_anew(sent: str) -> None:
    assert continued_from(correlation_id=None, traceparent=sent).trace_id != TRACE


def test_child_keeps_the_trace_but_not_the_span() -> None:
    context = Context()

    child = context.child()

    assert (child.trace_id, child.correlation_id) == (context.trace_id, context.correlation_id)
    assert child.span_id != context.span_id


def test_binding_ends_with_its_block() -> None:
    with bound(Context(correlation_id="outer")):
        with bound(Context(correlation_id="inner")):
            act_as("user-1")
            assert current().actor == "user-1"

        assert (current().correlation_id, current().actor) == ("outer", "")


def test_thread_of_its_own_acts_for_the_system() -> None:
    seen: list[Context | None] = []

    def look() -> None:
        seen.extend((bound_or_none(), current()))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen[0] is None
    assert seen[1] is not None
    assert seen[1].actor == "system"

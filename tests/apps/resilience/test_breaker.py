"""A breaker opens, lets one try, and closes: as a machine of any steps at any times."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from apps.resilience.breaker import Breaker

FAILURES = 3
REST_SECONDS = 10.0


class BreakerMachine(RuleBasedStateMachine):
    """Seen to fail with a rest that does not begin anew, and with everybody let in after it."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0
        self.breaker = Breaker(
            failures=FAILURES, rest_seconds=REST_SECONDS, clock=lambda: self.moment
        )
        self.in_a_row = 0
        self.asked_or_failed_at = 0.0

    @rule(seconds=st.sampled_from([0.1, 1.0, REST_SECONDS - 0.5, REST_SECONDS, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.moment += seconds

    @rule(outcome=st.sampled_from(["well", "badly", "never told"]))
    def somebody_asks(self, outcome: str) -> None:
        is_open = self.in_a_row >= FAILURES
        has_rested = self.moment - self.asked_or_failed_at >= REST_SECONDS
        assert self.breaker.is_resting == (is_open and not has_rested)
        is_admitted = self.breaker.admits()
        assert is_admitted == (not is_open or has_rested)
        if not is_admitted:
            return
        if is_open:
            self.asked_or_failed_at = self.moment
        if outcome == "well":
            self.breaker.succeeded()
            self.in_a_row = 0
        elif outcome == "badly":
            self.breaker.failed()
            self.in_a_row += 1
            self.asked_or_failed_at = self.moment

    @invariant()
    def only_one_tries_at_a_time(self) -> None:
        if self.in_a_row >= FAILURES and self.breaker.admits():
            assert not self.breaker.admits()
            self.asked_or_failed_at = self.moment


TestBreaker = BreakerMachine.TestCase
TestBreaker.settings = settings(max_examples=100, deadline=None)


def test_closed_breaker_admits_all() -> None:
    breaker = Breaker(failures=1, rest_seconds=60)

    assert all(breaker.admits() for _ in range(10))

"""What cannot be had is remembered for as long as that is likely to hold."""

from datetime import timedelta

import pytest

from apps.imaging.errors import BrokenPicture, ImagingBusy, PictureTooCostly
from apps.kernel import clock
from apps.kernel.errors import AppError
from apps.media.errors import SourceNotAPicture, SourceTooLarge, UpstreamFailed, UpstreamTimedOut
from apps.media.refusals import note_refusal, refuse_if_known

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        (BrokenPicture, 200),
        (SourceTooLarge, 200),
        (SourceNotAPicture, 200),
        (UpstreamFailed, 2),
        (UpstreamTimedOut, 2),
        (PictureTooCostly, 2),
    ],
)
def test_refusal_is_raised_again_for_a_while(
    kind: type[AppError], seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_refusal("key", kind("why"), tag="tag")
    soon = clock.now() + timedelta(seconds=seconds)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: soon)
        with pytest.raises(kind, match="why"):
            refuse_if_known("key")
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)

    refuse_if_known("key")


def test_what_is_only_busy_is_not_remembered() -> None:
    note_refusal("key", ImagingBusy(), tag="tag")

    refuse_if_known("key")


def test_nothing_is_refused_that_is_not_known() -> None:
    refuse_if_known("key")

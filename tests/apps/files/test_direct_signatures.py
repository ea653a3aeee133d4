"""A signature writes one upload, until its time is over."""

from datetime import timedelta

import pytest

from apps.files.direct_signatures import sign, verify
from apps.files.errors import BadSignature
from apps.kernel import clock
from apps.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def test_signature_holds_for_its_upload_until_it_expires() -> None:
    upload_id = new_id()
    signed = sign(upload_id, expires_at=clock.now() + timedelta(minutes=1))
    late = sign(upload_id, expires_at=clock.now() - timedelta(minutes=1))

    verify(upload_id, **signed)

    for other, given in [
        (new_id(), signed),
        (upload_id, late),
        (upload_id, {**signed, "expires": f"{signed['expires']}0"}),
        (upload_id, {**signed, "signature": "x"}),
        (upload_id, {**signed, "signature": f"{signed['signature']}é"}),
    ]:
        with pytest.raises(BadSignature):
            verify(other, **given)

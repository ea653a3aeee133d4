"""Errors of the protocol: numbered as Centrifugo's."""

from apps.realtime.protocol.errors import ReplyError


def test_errors_say_whether_to_try_again() -> None:
    assert ReplyError.PERMISSION_DENIED.as_reply == {"code": 103, "message": "permission denied"}
    assert ReplyError.INTERNAL.as_reply["temporary"] is True

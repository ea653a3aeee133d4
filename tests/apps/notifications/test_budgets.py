"""What is too long is cut to exactly what a service carries; what cannot be cut is refused."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notifications.budgets import BUDGETS, MOST_AROUND, fitted, size_of
from apps.notifications.errors import ContentTooLarge
from apps.notifications.fcm_messages import fcm_message
from apps.notifications.payloads import apns_payload, web_push_payload
from apps.notifications.types import Content, PushService
from tests.apps.notifications.contents import NOW, parcel_of

services = pytest.mark.parametrize("service", list(PushService))


@services
def test_size_is_what_the_longest_headers_make_of_it(service: PushService) -> None:
    content = Content(title="t", body="b", url="/u", language="en", data={"a": "b"})
    sent = {
        PushService.FCM: fcm_message(parcel_of(content), now=NOW),
        PushService.APNS: apns_payload(parcel_of(content)),
        PushService.WEB_PUSH: web_push_payload(parcel_of(content)),
    }[service]
    token = len('{"message":}"token":"token-1",') if service is PushService.FCM else 0

    # The collapse id, which this parcel has none of, may take up to 300 bytes in FCM's.
    assert len(sent) - token <= size_of(content, service) <= len(sent) + 300


@services
def test_content_of_exactly_the_budget_is_left_as_it_is(service: PushService) -> None:
    room = BUDGETS[service] - size_of(Content(title="t", body="x", language="en"), service) + 1
    content = Content(title="t", body="x" * room, language="en")

    assert size_of(content, service) == BUDGETS[service]
    assert fitted(content, service) == content
    assert fitted(replace(content, body="x" * (room + 1)), service).body.endswith("x…")


@services
def test_body_is_cut_before_the_title(service: PushService) -> None:
    content = fitted(Content(title="Title", body="א" * 5000, language="he"), service)

    assert content.title == "Title"
    assert content.body.endswith("…")
    assert BUDGETS[service] - 4 <= size_of(content, service) <= BUDGETS[service]


@services
def test_title_is_cut_where_the_data_leave_no_room_for_the_body(service: PushService) -> None:
    data = {"blob": "x" * (BUDGETS[service] - 1000)}

    content = fitted(Content(title="T" * 2000, body="b" * 600, data=data), service)

    assert content.body == ""
    assert content.title.endswith("T…")
    assert size_of(content, service) <= BUDGETS[service]


@services
def test_too_much_data_is_refused(service: PushService) -> None:
    with pytest.raises(ContentTooLarge, match="Send less data"):
        fitted(Content(title="t", body="b", data={"blob": "x" * 4096}), service)
    with pytest.raises(ContentTooLarge):
        fitted(Content(is_silent=True, data={"blob": "x" * 4096}), service)


@given(
    content=st.builds(
        Content,
        title=st.text(max_size=20),
        body=st.text(max_size=20),
        url=st.text(max_size=20).map("https://a.example/{}".format),
        language=st.sampled_from(["en", "he", "az-Arab-IR-variant1-variant2-x-mine"]),
        data=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
        is_silent=st.booleans(),
    ),
    service=st.sampled_from(PushService),
)
def test_around_the_words_there_is_less_than_we_reckon_with(
    content: Content, service: PushService
) -> None:
    told = (content.title, content.body, content.url, content.url, content.data)

    assert size_of(content, service) <= len(orjson.dumps(told)) + MOST_AROUND


@given(
    title=st.text(max_size=40),
    body=st.text(max_size=60).map(lambda text: text * 60),
    service=st.sampled_from(PushService),
)
def test_any_text_fits_and_is_what_it_was_as_far_as_it_goes(
    title: str, body: str, service: PushService
) -> None:
    content = fitted(Content(title=title, body=body, language="en"), service)

    assert size_of(content, service) <= BUDGETS[service]
    assert content.title == title
    assert body.startswith(content.body.removesuffix("…").rstrip("\u2069"))

"""Links between pages are those of the pagination."""

from django.test import RequestFactory
from rest_framework.request import Request

from apps.accounts.models import User
from apps.api.lane.links import Links
from apps.api.lane.shapes import Page
from apps.api.offset_pagination import Pagination
from apps.api.pagination import Window

POSITION = ["019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"]


def page() -> Page:
    window = Window(rows=User.objects.all(), limit=1, ordering=("-public_id",))
    return Page(window, Pagination())


def request(query: str) -> Request:
    return Request(RequestFactory().get(f"/api/v1/things/?{query}"))


def test_link_is_the_one_that_the_pagination_writes() -> None:
    for query in ("", "limit=3", "fields=id%2Cname&limit=3", "cursor=before"):
        asked = request(query)
        url = page().pages.url_after(POSITION, asked, ("-public_id",))

        assert Links(asked, page()).after(POSITION) == f'"{url}"'.encode()


def test_cursor_opens_in_its_own_list_alone() -> None:
    here, there = Links(request("status=open"), page()), Links(request(""), page())
    cursor = here.after(POSITION).decode().partition("cursor=")[2].partition("&")[0].strip('"')

    assert here.position_in(cursor) == POSITION
    assert there.position_in(cursor) is None
    assert here.position_in("forged") is None

"""The inbox over HTTP: listed in pages, counted, read and archived, each item by its owner."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from tests.factories.notifications import InboxItemFactory
from tests.people import client_of

INBOX = "/api/v1/notifications/inbox/"


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


def _listed(client: APIClient, **filters: Any) -> list[str]:
    answer = client.get(INBOX, filters)
    assert answer.status_code == 200, answer.json()
    return [item["title"] for item in answer.json()["items"]]


def _item(owner: User, title: str, **fields: Any) -> str:
    return str(InboxItemFactory.create(user=owner, title=title, **fields).public_id)


def test_items_are_listed_newest_first_and_in_pages(client: APIClient, owner: User) -> None:
    for title in ("first", "second", "third"):
        _item(owner, title)

    page = client.get(INBOX, {"limit": 2}).json()
    rest = client.get(page["next"]).json()

    assert [item["title"] for item in page["items"]] == ["third", "second"]
    assert [item["title"] for item in rest["items"]] == ["first"]
    assert page["items"][0]["data"] == {"house": "2"}


def test_list_is_filtered(client: APIClient, owner: User) -> None:
    _item(owner, "unread")
    _item(owner, "read", read_at=now(), category="news")
    _item(owner, "archived", archived_at=now())

    assert _listed(client) == ["read", "unread"]
    assert _listed(client, unread="true") == ["unread"]
    assert _listed(client, unread="false") == ["read"]
    assert _listed(client, archived="true") == ["archived"]
    assert _listed(client, archived="false", category="news") == ["read"]


@pytest.mark.parametrize("query", [{"unread": "perhaps"}, {"archived": ""}, {"color": "red"}])
def test_wrong_filters_are_refused(client: APIClient, query: dict[str, str]) -> None:
    answer = client.get(INBOX, query)

    assert answer.status_code == 400


def test_unread_and_unseen_items_are_counted(client: APIClient, owner: User) -> None:
    _item(owner, "new")
    _item(owner, "seen", seen_at=now())
    _item(owner, "read", seen_at=now(), read_at=now())

    assert client.get(f"{INBOX}unread/").json() == {"unread": 2, "unseen": 1}


def test_item_is_read_left_unread_and_archived(client: APIClient, owner: User) -> None:
    item = f"{INBOX}{_item(owner, 'news')}/"

    read = client.post(f"{item}read/").json()
    unread = client.post(f"{item}unread/").json()
    archived = client.post(f"{item}archive/").json()

    assert read["read_at"] is not None
    assert unread["read_at"] is None
    assert unread["seen_at"] == read["seen_at"]
    assert archived["archived_at"] is not None
    assert _listed(client) == []
    assert client.get(item).json() == archived


@pytest.mark.parametrize(
    ("what", "counts"),
    [
        ("seen", {"unread": 3, "unseen": 0}),
        ("read", {"unread": 0, "unseen": 0}),
        ("archive", {"unread": 0, "unseen": 0}),
    ],
)
def test_all_items_are_changed_at_once(
    client: APIClient, owner: User, what: str, counts: dict[str, int]
) -> None:
    for title in "abc":
        _item(owner, title)

    assert client.post(f"{INBOX}{what}/").json() == counts
    assert client.post(f"{INBOX}{what}/", {}).json() == counts


def test_named_items_alone_are_changed(client: APIClient, owner: User) -> None:
    first, _ = _item(owner, "first"), _item(owner, "second")

    answer = client.post(f"{INBOX}read/", {"ids": [first, str(new_id())]})

    assert answer.json() == {"unread": 1, "unseen": 1}


def test_changing_none_changes_nothing(client: APIClient, owner: User) -> None:
    _item(owner, "first")

    assert client.post(f"{INBOX}read/", {"ids": []}).json() == {"unread": 1, "unseen": 1}


@pytest.mark.parametrize("ids", [["x"], "all", [str(new_id())] * 101, None])
def test_wrong_ids_are_refused(client: APIClient, ids: Any) -> None:
    assert client.post(f"{INBOX}read/", {"ids": ids}).status_code == 400


def test_nobody_elses_items_are_changed(client: APIClient, owner: User, stranger: User) -> None:
    item = _item(owner, "mine")

    answer = client_of(stranger).post(f"{INBOX}archive/", {"ids": [item]})

    assert answer.json() == {"unread": 0, "unseen": 0}
    assert _listed(client) == ["mine"]

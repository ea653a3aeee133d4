"""Operators in their browsers, a person to look at, and samples without a worker."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from apps.console.ports import Chart, PersonSection, Source, charts, person_sections, sources
from apps.console.types import Person
from apps.kernel.registry import Registry
from tests.factories.accounts import UserFactory

Registered = Chart | Source | PersonSection


@pytest.fixture
def operator(staff: User) -> Client:
    """The browser of an operator who may do everything."""
    return browser_of(staff)


@pytest.fixture
def clerk(db: None) -> User:
    """Staff without any right."""
    return UserFactory.create(email="clerk@example.com", is_staff=True)


@pytest.fixture
def person(owner: User) -> Person:
    """Whom the page is about."""
    return Person(id=owner.pk, public_id=owner.public_id)


@pytest.fixture
def plug_in() -> Iterator[Callable[[Registered], None]]:
    """Register something until the test is over."""
    undo: list[Callable[[], object]] = []

    def register(entry: Registered) -> None:
        hosts: dict[type, Registry[Registered]] = {
            Chart: charts,  # type: ignore[dict-item]  # each takes its own kind only
            Source: sources,  # type: ignore[dict-item]
            PersonSection: person_sections,  # type: ignore[dict-item]
        }
        host = hosts[type(entry)]
        host.register(entry)
        undo.append(lambda: host._entries.pop(entry.name))

    yield register
    for each in undo:
        each()


def browser_of(user: User) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def allow(user: User, *names: str) -> None:
    """Give a user rights, each as "<app>.<codename>"."""
    for name in names:
        app, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )


def write_sample(series: str, at: datetime, value: float, total: float | None = None) -> None:
    """Write one sample, as a round of the worker does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO console_sample (series, at, value, total) VALUES (%s, %s, %s, %s)",
            [series, at, value, total],
        )

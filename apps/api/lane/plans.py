"""Plans: how one question to one route is answered, found out once and kept for its like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.db.models import CharField, IntegerField, Model, TextField, UUIDField
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.api.cursors import sealed
from apps.api.entities import Finished, finish
from apps.api.lane.asked import Asked, without
from apps.api.lane.callers import Caller
from apps.api.lane.errors import NotForTheLane
from apps.api.lane.links import Links
from apps.api.lane.rehearsal import Question, Rehearsal, nothing_is_read, request_for
from apps.api.lane.routes import Route, open_routes
from apps.api.lane.shapes import Constant, OneRow, Page, Shape
from apps.api.lane.statements import Sentinels, Statement, sentinels
from apps.api.pagination import KeysetPagination
from apps.kernel.errors import AppError
from apps.kernel.prepared import NotRepeatable, refuse_difference, template_of

log = structlog.get_logger("api")

_CURSOR = KeysetPagination.cursor_parameter
# Of these, PostgreSQL's text and the one in a cursor are the same.
_POSITIONS: Sequence[tuple[type[Any], type[Any]]] = (
    (UUIDField, UUID),
    (IntegerField, int),
    (CharField, str),
    (TextField, str),
)


class Body(Protocol):
    """Writes the bodies of answers to one question."""

    def write(self, caller: Caller, asked: Asked, cursor: str | None) -> bytes | None:
        """Return the body; None where Django must answer, as for a row that is not there."""


@dataclass(frozen=True)
class Headers:
    """The headers of the answers to a question."""

    inner: Mapping[str, str]
    # Those that an answer of 304 has as well, whatever else it leaves out.
    outer: Mapping[str, str]

    def finished(
        self, body: bytes, environ: Mapping[str, Any], *, method: str = "GET", status: int = 200
    ) -> Finished:
        """Return a body as an answer."""
        finished = finish(
            method=method,
            status=status,
            headers={**self.inner, "Content-Length": str(len(body))},
            body=body,
            if_none_match=environ.get("HTTP_IF_NONE_MATCH"),
            accept_encoding=environ.get("HTTP_ACCEPT_ENCODING"),
        )
        return finished._replace(headers={**self.outer, **finished.headers})


@dataclass(frozen=True)
class Plan:
    """How a question is answered: the headers, and what writes the body."""

    body: Body
    headers: Headers


def plan_for(route: Route, asked: Asked) -> tuple[Plan, str | None] | None:
    """Return the plan and the cursor of a question; None where it is none for the lane."""
    parted = without(asked.query, _CURSOR)
    if parted is None:
        return None
    rest, cursor = parted
    plan = _plan(route, rest, cursor is not None, asked.scheme, asked.host)
    return (plan, cursor) if plan else None


def shown_row(asked: Asked, caller: Caller) -> bytes | None:
    """Return the JSON of the row at a path; None where the lane does not answer there."""
    route = open_routes().get(asked.shape)
    found = plan_for(route, asked) if route else None
    return found[0].body.write(caller, asked, None) if found else None


def forget() -> None:
    """Find every plan out anew, as after a change of the settings."""
    _plan.cache_clear()


def planned(question: Question, *, has_cursor: bool) -> Plan:
    """Rehearse a question and return its plan; raises NotForTheLane, or what the view raises."""
    with nothing_is_read():
        first, known, rehearsal = _rehearsed(question, has_cursor=has_cursor)
        headers = Headers(*rehearsal.headers())
        if isinstance(first, Constant):
            return Plan(_Same(first.body), headers)
        second, others, _ = _rehearsed(question, has_cursor=has_cursor)
        template = template_of(_rows(first), known.all())
        refuse_difference(template, template_of(_rows(second), others.all()))
        if isinstance(first, Page):
            _keys(first)
    statement = Statement(template, [type(value) for value in known.all()])
    refuse_open_rows(statement)
    body = _Row(statement) if isinstance(first, OneRow) else _Rows(statement, first, question.query)
    return Plan(body, headers)


def refuse_open_rows(statement: Statement) -> None:
    """Raise NotForTheLane where the rows do not depend on who asks."""
    if not {0, 1}.intersection(statement.places):
        raise NotForTheLane("its rows are the same for everybody, so nobody's role is looked at.")


@lru_cache(maxsize=512)
def _plan(route: Route, query: str, has_cursor: bool, scheme: str, host: str) -> Plan | None:
    question = Question(route, query, scheme=scheme, host=host)
    try:
        return planned(question, has_cursor=has_cursor)
    except (AppError, APIException):
        # The question is wrong, and Django says why.
        return None
    except (NotForTheLane, NotRepeatable) as reason:
        log.debug("lane.closed", route=route.template, reason=str(reason))
        return None
    except Exception:
        log.warning("lane.failed", route=route.template, exc_info=True)
        return None


def _rehearsed(question: Question, *, has_cursor: bool) -> tuple[Shape, Sentinels, Rehearsal]:
    known = sentinels(ids=len(question.route.names), position=())
    rehearsal = Rehearsal(question, known)
    shape = rehearsal.shape()
    if has_cursor:
        if not isinstance(shape, Page):
            raise NotForTheLane("only a list has a cursor.")
        at = sentinels(ids=0, position=_keys(shape))
        known = known._replace(position=at.position)
        scope = shape.pages.scope_of(rehearsal.view.request, shape.window.ordering)
        cursor = sealed([str(value) for value in known.position], scope=scope)
        further = question._replace(query=f"{question.query}&{_CURSOR}={cursor}")
        rehearsal = Rehearsal(further, known)
        shape = rehearsal.shape()
    return shape, known, rehearsal


def _rows(shape: Shape) -> Any:
    assert not isinstance(shape, Constant), "A constant has no rows."
    return shape.rows if isinstance(shape, OneRow) else shape.window.rows


def _keys(page: Page) -> list[type[Any]]:
    """Return the types of the values that tell a row's position; raises NotForTheLane."""
    names = [name.removeprefix("-") for name in page.window.ordering]
    return [_key(page.window.rows.model, name) for name in names]


def _key(model: type[Model], name: str) -> type[Any]:
    field = model._meta.get_field(name)  # noqa: SLF001  Django's documented API
    for kind, of_value in _POSITIONS:
        if isinstance(field, kind):
            return of_value
    raise NotForTheLane(f"its list is ordered by {name}, which reads otherwise in PostgreSQL.")


def _values(caller: Caller, asked: Asked, position: Sequence[str] = ()) -> list[bytes]:
    """Return a request's values in the order of `Sentinels.all`."""
    texts = (str(caller.user_id), caller.public_id, *asked.ids, *position)
    return [text.encode() for text in texts]


class _Same:
    """The same for everybody."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def write(self, caller: Caller, asked: Asked, cursor: str | None) -> bytes | None:
        return self._body


class _Row:
    """One row."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement

    def write(self, caller: Caller, asked: Asked, cursor: str | None) -> bytes | None:
        result = self._statement.run(_values(caller, asked))
        return result.get_value(0, 0) if result else None


def _links(page: Page, query: str, path: str, scheme: str, host: str) -> Links:
    http = request_for(path, query, scheme=scheme, host=host)
    return Links(Request(http), page)


class _Rows:
    """A page of rows."""

    def __init__(self, statement: Statement, page: Page, query: str) -> None:
        self._statement = statement
        self._limit = page.window.limit
        self._links = lru_cache(maxsize=1024)(partial(_links, page, query))

    def write(self, caller: Caller, asked: Asked, cursor: str | None) -> bytes | None:
        links = self._links(asked.path, asked.scheme, asked.host)
        position = links.position_in(cursor) if cursor else []
        if position is None:
            return None
        result = self._statement.run(_values(caller, asked, position))
        if result is None:
            return None
        shown = min(result.ntuples, self._limit)
        # Columns come as `ShortReads` names them: the JSON, then those of the ordering.
        items = b",".join([result.get_value(number, 0) or b"" for number in range(shown)])
        following = b"null"
        if result.ntuples > shown:
            columns = range(1, result.nfields)
            last = [result.get_value(shown - 1, number) or b"" for number in columns]
            following = links.after([text.decode() for text in last])
        return b'{"items":[%b],"next":%b}' % (items, following)

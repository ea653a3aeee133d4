"""schemathesis meets every operation of the API, and each answer is one that OpenAPI promises.

It makes what the document allows and what it forbids, about rows that are there and rows that
are not, and sends it through the same WSGI application that the server runs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from pytest_django import Settings
from schemathesis import Case, CheckFunction, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from apps.accounts.models import User
from config.wsgi import application
from tests.abuse.targets import targets
from tests.abuse.wire import kept_connections

pytestmark = [pytest.mark.system, pytest.mark.django_db, pytest.mark.timeout(900)]

EXAMPLES = 15
# Every answer comes at once; nothing of a run is kept for the next one.
_few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


# No schema tells all that is refused: texts with NUL, cursors of other lists, easy passwords.
_BEYOND: list[CheckFunction] = [positive_data_acceptance]


@pytest.fixture
def without_limits(settings: Settings) -> None:
    """Nobody is refused for asking too often: this is no test of that."""
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@pytest.fixture
def schema(without_limits: None, db: None) -> Iterator[BaseSchema]:
    with kept_connections():
        yield schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_schema_promises(
    schema: BaseSchema, mode: GenerationMode, owner: User, teammate: User, stranger: User
) -> None:
    wrong: list[str] = []
    met = 0
    known = targets(owner, teammate, stranger)
    ids_of = {target.route.path: target.ids for target in known}
    # Its WSGI client unpacks nothing.
    headers = {"Authorization": f"Bearer {known[0].token}", "Accept-Encoding": "identity"}

    for operation in operations(schema):
        ids = ids_of.get(operation.path.replace("{", "<").replace("}", ">"))
        for chosen in (ids, None) if ids else (None,):
            met += 1
            wrong += complaints(operation, mode, chosen, headers)

    assert not wrong, f"{len(wrong)} of {met}:\n" + "\n\n".join(wrong[:10])
    assert met >= len(known)


def operations(schema: BaseSchema) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def complaints(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    ids: Mapping[str, str] | None,
    headers: Mapping[str, str],
) -> list[str]:
    """Return what an operation answered against its own description."""

    @given(case=operation.as_strategy(mode, path_parameters=dict(ids) if ids else None))
    @_few
    def is_answered_as_described(case: Case[Any]) -> None:
        case.call_and_validate(headers=dict(headers), excluded_checks=_BEYOND)

    try:
        is_answered_as_described()
    except Unsatisfiable:
        # There is nothing that the document forbids here.
        return []
    except FailureGroup as failures:
        return [f"{operation.label}: {failure}"[:1500] for failure in failures.exceptions]
    return []

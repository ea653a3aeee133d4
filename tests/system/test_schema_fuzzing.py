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
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
)

from apps.accounts.models import User
from apps.api.versions import VERSIONS
from apps.files import tus
from config.wsgi import application
from tests.abuse.targets import targets
from tests.abuse.wire import kept_connections
from tests.architecture.routes import distinct_routes

# Without a transaction around it all, which would time out.
pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(900),
]

EXAMPLES = 15
# Of what a version has from an older one, where the same code was asked already.
EXAMPLES_AGAIN = 3


def named(path: str) -> str:
    """Return the app that a path names: what stands behind its version."""
    return path.split("/")[3]


def below_version(path: str) -> str:
    """Return what versions share of a path."""
    return "/".join(path.split("/")[3:])


# Every answer comes at once; nothing of a run is kept for the next one.
_few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
_fewer = settings(_few, max_examples=EXAMPLES_AGAIN)


# The WSGI client that it brings along unpacks nothing.
_UNPACKED = {"Accept-Encoding": "identity"}
# No schema tells all that is refused: texts with NUL, cursors of other lists, easy passwords.
_BEYOND: list[CheckFunction] = [positive_data_acceptance]
# What was not as If-Match said is told so before its body is judged (RFC 9110 section 13.2.1).
# Bytes are refused by 410, 423 and 460 too (tus 1.0.0).
_REFUSALS = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 421, 422, 423, 429, 460]
# What says nothing of what its bytes are: no such body can be wrong.
_BYTES = frozenset({tus.CONTENT_TYPE, "application/octet-stream"})
_CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": _REFUSALS}}}
)

schemathesis.serializer.alias(tus.CONTENT_TYPE, "application/octet-stream")


@pytest.fixture
def without_limits(settings: Settings) -> None:
    """Nobody is refused for asking too often: this is no test of that."""
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@pytest.fixture(params=[version.name for version in VERSIONS])
def schema(request: pytest.FixtureRequest, without_limits: None, db: None) -> Iterator[BaseSchema]:
    with kept_connections():
        path = f"/api/{request.param}/schema/"
        yield schemathesis.openapi.from_wsgi(path, application, config=_CONFIG)


@pytest.mark.parametrize("app", sorted({named(route.path) for route in distinct_routes()}))
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_schema_promises(
    schema: BaseSchema,
    app: str,
    mode: GenerationMode,
    owner: User,
    teammate: User,
    stranger: User,
) -> None:
    wrong: list[str] = []
    known = targets(owner, teammate, stranger)
    of_app = [target for target in known if named(target.path) == app]
    own = {target.route.path: target.ids for target in of_app}
    inherited = {below_version(target.route.path): target.ids for target in of_app}
    headers = {"Authorization": f"Bearer {known[0].token}", **_UNPACKED}

    for operation in operations(schema):
        path = operation.path.replace("{", "<").replace("}", ">")
        ids = own.get(path, inherited.get(below_version(path)))
        if ids is not None:
            examples = _few if path in own else _fewer
            for chosen in (ids, None) if ids else (None,):
                wrong += complaints(operation, mode, chosen, headers, examples)

    assert not wrong, f"{len(wrong)}:\n" + "\n\n".join(wrong[:10])


def operations(schema: BaseSchema) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def beyond(case: Case[Any]) -> list[CheckFunction]:
    """Return the checks that say nothing of a case."""
    checks = list(_BEYOND)
    if case.query.get("fields"):
        # Who names the fields they want is not told the others, required or not.
        checks.append(response_schema_conformance)
    wrong = {
        place
        for place, component in (case.meta.components if case.meta else {}).items()
        if component.mode is GenerationMode.NEGATIVE
    }
    # Its headers give way to ours.
    harmless = {ParameterLocation.HEADER}
    if case.media_type in _BYTES:
        harmless.add(ParameterLocation.BODY)
    if is_unsaid(case):
        harmless.add(ParameterLocation.QUERY)
    if wrong <= harmless:
        checks.append(negative_data_rejection)
    return checks


def is_unsaid(case: Case[Any]) -> bool:
    """Tell whether what a query has beyond the known parameters never leaves: it has no value."""
    known = {parameter.name for parameter in case.operation.query}
    unknown = [value for name, value in case.query.items() if name not in known]
    return bool(unknown) and all(value in ([], {}, None) for value in unknown)


def complaints(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    ids: Mapping[str, str] | None,
    headers: Mapping[str, str],
    examples: settings,
) -> list[str]:
    """Return what an operation answered against its own description."""

    @given(case=operation.as_strategy(mode, path_parameters=dict(ids) if ids else None))
    @examples
    def is_answered_as_described(case: Case[Any]) -> None:
        case.call_and_validate(headers=dict(headers), excluded_checks=beyond(case))

    try:
        is_answered_as_described()
    except Unsatisfiable:
        # There is nothing that the document forbids here.
        return []
    except FailureGroup as failures:
        return [f"{operation.label}: {failures}"[:2000]]
    return []

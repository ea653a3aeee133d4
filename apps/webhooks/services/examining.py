"""Examining: the doctor sends genuine and forged events to a receiver and judges its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.context import current
from apps.kernel.errors import AppError
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client, run_outbound
from apps.webhooks.courier import USER_AGENT
from apps.webhooks.diagnosis import finding_of, in_the_light_of_the_first, judged, unanswered
from apps.webhooks.errors import EndpointIsDisabled, ExaminationUnderWay
from apps.webhooks.events import ExaminationFinished, ExaminationRequested
from apps.webhooks.models import Endpoint, Examination
from apps.webhooks.probes import Probe, probes_for
from apps.webhooks.secrets import opened, opened_headers
from apps.webhooks.selectors import living_secrets
from apps.webhooks.services.endpoints import held, owner_of
from apps.webhooks.types import CheckResult, ExaminationState

log = structlog.get_logger("webhooks")

# Longer than all probes at a receiver that takes its 15 s for each.
LEASE = timedelta(minutes=5)


@transaction.atomic
def request_examination(*, endpoint_id: UUID) -> UUID:
    """Ask for a receiver to be examined, and return the examination's id.

    A dozen requests reach the receiver, soon and in the background. Raises NotFound,
    EndpointIsDisabled or ExaminationUnderWay. Announces ExaminationRequested.
    """
    endpoint = held(endpoint_id)
    if not endpoint.is_enabled:
        raise EndpointIsDisabled("Enable the endpoint, then let its receiver be examined.")
    under_way = (
        Examination.objects.filter(endpoint=endpoint).exclude(state=ExaminationState.DONE).first()
    )
    if under_way:
        raise ExaminationUnderWay(f"{under_way.public_id} is {under_way.state}.")
    examination = Examination.objects.create(endpoint=endpoint, requested_by=current().actor)
    announce(
        ExaminationRequested(
            audience=owner_of(endpoint),
            endpoint_id=endpoint.public_id,
            examination_id=examination.public_id,
        )
    )
    return examination.public_id


def examine_waiting() -> int:
    """Carry out every examination that waits, or whose task died; return how many."""
    done = 0
    while (examination := _claim()) is not None:
        _examine(examination)
        done += 1
    return done


@transaction.atomic
def _claim() -> Examination | None:
    is_abandoned = Q(state=ExaminationState.RUNNING, leased_until__lt=now())
    examination = (
        Examination.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("endpoint__owner")
        .filter(Q(state=ExaminationState.WAITING) | is_abandoned)
        .order_by("id")
        .first()
    )
    if examination:
        examination.state, examination.leased_until = ExaminationState.RUNNING, now() + LEASE
        examination.save(update_fields=["state", "leased_until", "updated_at"])
    return examination


def _examine(examination: Examination) -> None:
    """Send every probe, one after the other, then write the findings."""
    endpoint = examination.endpoint
    try:
        probes = tuple(
            probes_for(
                endpoint_id=endpoint.public_id,
                secrets_alive=[opened(row) for row in living_secrets([endpoint.pk])],
                moment=now(),
            )
        )
        own = dict(opened_headers(endpoint.sealed_headers, endpoint_id=endpoint.public_id))
    except AppError:
        log.exception("examination.unreadable_secret", endpoint_id=str(endpoint.public_id))
        probes, own = (), {}
    results: list[CheckResult] = []
    for probe in probes:
        results.append(run_outbound(_result(probe, endpoint, own)).result())
        if results[0].status is None:
            # Nothing reaches it; as many more attempts would only take minutes.
            break
    _finish(examination, in_the_light_of_the_first(results))


async def _result(probe: Probe, endpoint: Endpoint, own: Mapping[str, str]) -> CheckResult:
    try:
        response = await outbound_client().request(
            "POST",
            endpoint.url,
            purpose="webhooks",
            body=probe.body,
            headers={
                **own,
                "Content-Type": "application/json",
                "User-Agent": USER_AGENT,
                **probe.headers,
            },
            read_at_most=0,
        )
    except OutboundFailed as failure:
        return unanswered(probe, failure.detail, duration_ms=failure.timing.total_ms)
    return judged(probe, response)


@transaction.atomic
def _finish(examination: Examination, results: Sequence[CheckResult]) -> None:
    finding = finding_of(results)
    written = Examination.objects.filter(pk=examination.pk, state=ExaminationState.RUNNING).update(
        state=ExaminationState.DONE,
        leased_until=None,
        finding=finding,
        checks=[asdict(each) for each in results],
        finished_at=now(),
        updated_at=now(),
    )
    if not written:
        # Deleted with its endpoint, or finished by another task after our lease.
        return
    announce(
        ExaminationFinished(
            audience=owner_of(examination.endpoint),
            endpoint_id=examination.endpoint.public_id,
            examination_id=examination.public_id,
            finding=finding.value,
        )
    )

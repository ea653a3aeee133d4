"""Celery's signals: a task continues its sender's correlation, and is told of once.

Loaded with the Celery application (`config.celery`), which most processes never are.
"""

from contextlib import ExitStack
from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple

import structlog
from celery import signals

from apps.kernel import context
from apps.observability import outlet
from apps.observability.measures import Measures, measured, milliseconds
from apps.observability.measures import current as current_measures
from apps.observability.metrics import TASK_SECONDS, TASKS, add_up

log = structlog.get_logger("observability")

_CORRELATION = "mainstay_correlation_id"
_TRACEPARENT = "mainstay_traceparent"


@signals.setup_logging.connect
def on_celery_logging_keep_ours(**_: Any) -> None:
    """Keep Celery from configuring logs, by its rule that a listener here means it need not."""


@signals.before_task_publish.connect
def on_task_published_pass_correlation(headers: dict[str, Any], **_: Any) -> None:
    """Send the present correlation along with a task."""
    child = (context.bound_or_none() or context.Context()).child()
    headers[_CORRELATION] = child.correlation_id
    headers[_TRACEPARENT] = child.traceparent


@signals.task_prerun.connect
def on_task_started_bind(task: Any, **_: Any) -> None:
    """Continue, in the task, the correlation of whoever sent it."""
    request = task.request
    work = ExitStack()
    work.enter_context(context.bound(_context_of(request)))
    measures = work.enter_context(measured(current_measures() or Measures()))
    request.mainstay_work = _Work(work, measures, perf_counter())


@signals.task_postrun.connect
def on_task_finished_tell(task: Any, state: str | None = None, **_: Any) -> None:
    """Tell once how a task ended, and end its correlation."""
    work: _Work | None = getattr(task.request, "mainstay_work", None)
    if work is None:
        return
    seconds = perf_counter() - work.started
    TASKS.labels(task.name, state or "UNKNOWN").inc()
    TASK_SECONDS.labels(task.name).observe(seconds)
    add_up(work.measures)
    log.info(
        "task.finished",
        task=task.name,
        task_id=task.request.id,
        state=state,
        duration_ms=milliseconds(seconds),
        **work.measures.as_fields(),
    )
    work.bound.close()


@signals.task_failure.connect
def on_task_failed_tell(sender: Any, exception: BaseException, task_id: str, **_: Any) -> None:
    """Log the exception that ended a task."""
    log.error("task.failed", task=sender.name, task_id=task_id, exc_info=exception)


@signals.worker_process_shutdown.connect
def on_worker_process_ended_flush(**_: Any) -> None:
    """Let a Celery process pass on its last log events; it ends without Python's exit hooks."""
    outlet.flush()


class _Work(NamedTuple):
    """A running task: what it has bound, its counts, and when it began."""

    bound: ExitStack
    measures: Measures
    started: float


def _context_of(request: Any) -> context.Context:
    here = context.bound_or_none()
    if request.is_eager and here is not None:
        return here.child()
    sent = context.continued_from(
        correlation_id=request.get(_CORRELATION), traceparent=request.get(_TRACEPARENT)
    )
    return replace(sent, actor="system")

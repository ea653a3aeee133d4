"""What can be wrong with a webhook endpoint or a resend; an absent one is `kernel.NotFound`."""

from apps.kernel.errors import Conflict, Invalid


class UnknownEventType(Invalid):
    """A subscription names an event type that is not in the catalogue."""

    code = "webhooks.unknown_event_type"
    title = "Unknown event type"


class UnusableHeaders(Invalid):
    """Headers to be sent along break a rule of HTTP, or would override some of ours."""

    code = "webhooks.unusable_headers"
    title = "Unusable headers"


class TooManySecrets(Conflict):
    """The endpoint has as many living secrets as it may have; let one expire."""

    code = "webhooks.too_many_secrets"
    title = "Too many living secrets"


class TooManyEndpoints(Conflict):
    """The owner has as many endpoints as one may have."""

    code = "webhooks.too_many_endpoints"
    title = "Too many endpoints"


class EndpointIsDisabled(Conflict):
    """The endpoint is disabled, so nothing can be sent to it; enable it first."""

    code = "webhooks.endpoint_is_disabled"
    title = "The endpoint is disabled"


class DeliveryUnderWay(Conflict):
    """The delivery is pending: an attempt is due or under way already."""

    code = "webhooks.delivery_under_way"
    title = "The delivery is under way"


class RecoveryUnderWay(Conflict):
    """The endpoint has a running recovery of that kind; wait for it, or cancel it."""

    code = "webhooks.recovery_under_way"
    title = "A recovery is under way"


class RecoveryIsOver(Conflict):
    """The recovery is done or cancelled, so there is nothing to cancel."""

    code = "webhooks.recovery_is_over"
    title = "The recovery is over"


class ImpossiblePeriod(Invalid):
    """The period to send again has no length, or lies in the future."""

    code = "webhooks.impossible_period"
    title = "Impossible period"


class ExaminationUnderWay(Conflict):
    """The endpoint is being examined already; read that examination."""

    code = "webhooks.examination_under_way"
    title = "An examination is under way"

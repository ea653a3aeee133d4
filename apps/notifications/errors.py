"""What can be wrong with a notification, a template or a registration."""

from apps.kernel.errors import Conflict, Invalid


class UnknownCategory(Invalid):
    """No category has this key, neither declared by an app nor made by an operator."""

    code = "notifications.unknown_category"
    title = "Unknown category"


class UnknownTemplate(Invalid):
    """No template has this key."""

    code = "notifications.unknown_template"
    title = "Unknown template"


class UnknownSegment(Invalid):
    """No app has registered a segment of this name."""

    code = "notifications.unknown_segment"
    title = "Unknown segment"


class UnknownRecipient(Invalid):
    """A public id among the recipients is nobody's."""

    code = "notifications.unknown_recipient"
    title = "Unknown recipient"


class TemplateRefused(Invalid):
    """A template names variables that it does not declare, or is too long for a platform."""

    code = "notifications.template_refused"
    title = "Template refused"


class MissingVariables(Invalid):
    """A notification does not say what all variables of its template stand for."""

    code = "notifications.missing_variables"
    title = "Missing variables"


class ContentTooLarge(Invalid):
    """A notification is larger than a platform carries, even when it is cut."""

    code = "notifications.content_too_large"
    title = "Content too large"


class AlreadySent(Conflict):
    """A notification cannot be cancelled any more: it has gone out."""

    code = "notifications.already_sent"
    title = "Already sent"


class MandatoryCategory(Conflict):
    """A category cannot be switched off."""

    code = "notifications.mandatory_category"
    title = "Mandatory category"


class TooManyTopics(Conflict):
    """A person subscribes to as many topics as one may."""

    code = "notifications.too_many_topics"
    title = "Too many topics"


class RegistrationRefused(Invalid):
    """A registration lacks what its service needs, or names an address we must not call."""

    code = "notifications.registration_refused"
    title = "Registration refused"


class AccountRefused(Invalid):
    """An account at a push service lacks something, or its key is none."""

    code = "notifications.account_refused"
    title = "Account refused"

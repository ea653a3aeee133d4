"""The errors of the API words: what is wrong with a request before any app looks at it."""

from apps.kernel.errors import AppError


class MalformedBody(AppError):
    """The body is not a JSON document in UTF-8."""

    code = "api.malformed_body"
    title = "Malformed body"


class TooDeeplyNested(AppError):
    """The body nests objects and arrays deeper than any of our documents does."""

    code = "api.too_deeply_nested"
    title = "Too deeply nested"


class BodyTooLarge(AppError):
    """The body is larger than this address takes."""

    code = "api.body_too_large"
    title = "Body too large"
    status = 413


class LengthRequired(AppError):
    """The body came without a Content-Length header."""

    code = "api.length_required"
    title = "Length required"
    status = 411


class UnsupportedMediaType(AppError):
    """The body is of a type, charset or encoding that this address does not read."""

    code = "api.unsupported_media_type"
    title = "Unsupported media type"
    status = 415


class NotAcceptable(AppError):
    """The Accept header names no type that this address can answer in."""

    code = "api.not_acceptable"
    title = "Not acceptable"
    status = 406


class MethodNotAllowed(AppError):
    """The address exists, but does not know this method; Allow lists those it knows."""

    code = "api.method_not_allowed"
    title = "Method not allowed"
    status = 405


class Unauthenticated(AppError):
    """The request carries no access token, or one that is not valid (any more)."""

    code = "api.unauthenticated"
    title = "Not signed in"
    status = 401


class CsrfFailed(AppError):
    """A request with a session cookie lacks the token that proves where it comes from."""

    code = "api.csrf_failed"
    title = "CSRF check failed"
    status = 403


class Throttled(AppError):
    """Too many requests in a short time; Retry-After says in how many seconds to go on."""

    code = "api.throttled"
    title = "Too many requests"
    status = 429


class MalformedIdempotencyKey(AppError):
    """The Idempotency-Key header is empty, too long, or not printable ASCII."""

    code = "api.malformed_idempotency_key"
    title = "Malformed idempotency key"


class IdempotencyKeyReused(AppError):
    """The idempotency key came with another request before; each thing to do takes its own."""

    code = "api.idempotency_key_reused"
    title = "Idempotency key reused"
    status = 422


class IdempotencyKeyInUse(AppError):
    """A request with this idempotency key is being carried out; ask again after Retry-After."""

    code = "api.idempotency_key_in_use"
    title = "Idempotency key in use"
    status = 409


class PreconditionFailed(AppError):
    """What is to be changed is not as the If-Match header says; read it again, then decide."""

    code = "api.precondition_failed"
    title = "It has changed meanwhile"
    status = 412


class UnknownVersion(AppError):
    """The path names a version of the API that there is not; the detail lists those there are."""

    code = "api.unknown_version"
    title = "Unknown version"
    status = 404


class UnknownParameter(AppError):
    """A query parameter is none that this address declares."""

    code = "api.unknown_parameter"
    title = "Unknown query parameter"


class InvalidParameter(AppError):
    """A query parameter has a value that it cannot have."""

    code = "api.invalid_parameter"
    title = "Invalid query parameter"


class TooManyParameters(AppError):
    """The request carries more parameters, fields or files than any address takes."""

    code = "api.too_many_parameters"
    title = "Too many parameters"


class TamperedCursor(AppError):
    """The cursor was not made by this list with these filters; start again without one."""

    code = "api.tampered_cursor"
    title = "Tampered cursor"


class OutOfRange(AppError):
    """A value is too large, too long or otherwise outside what can be stored."""

    code = "api.out_of_range"
    title = "Value out of range"


class UntrustedHost(AppError):
    """The Host header names no host that this installation answers for."""

    code = "api.untrusted_host"
    title = "Unknown host"


class BadRequest(AppError):
    """The request breaks a rule of HTTP or looks like an attack."""

    code = "api.bad_request"
    title = "Bad request"


class ServerError(AppError):
    """Something broke on our side; quote the request id when you report it."""

    code = "api.server_error"
    title = "Server error"
    status = 500


class DatabaseUnavailable(AppError):
    """The database cannot be reached or is too slow; try again after Retry-After seconds."""

    code = "api.database_unavailable"
    title = "Temporarily unavailable"
    status = 503

"""Tells every exception that can end a request in the words of our error tree."""

import math
from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from django.core import exceptions as django
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as rest
from rest_framework.serializers import as_serializer_error

from apps.api import errors
from apps.kernel.errors import AppError, Forbidden, Invalid, NotFound

_RETRY_AFTER = {"Retry-After": "2"}


@singledispatch
def as_app_error(exception: BaseException) -> AppError:
    """Return what a client may know of an exception: nothing, if nobody expected it."""
    return errors.ServerError("Something broke on our side; quote the request id to report it.")


@as_app_error.register
def _(exception: AppError) -> AppError:
    return exception


@as_app_error.register
def _(exception: rest.APIException) -> AppError:
    """Take what DRF, or a library on top of it, refuses in a way of its own."""
    if exception.status_code >= 500:
        return errors.ServerError()
    return errors.BadRequest(str(exception.detail))


@as_app_error.register(Http404)
@as_app_error.register(rest.NotFound)
def _(exception: Exception) -> AppError:
    return NotFound("There is nothing here, or nothing for you.")


@as_app_error.register(django.ValidationError)
@as_app_error.register(rest.ValidationError)
def _(exception: django.ValidationError | rest.ValidationError) -> AppError:
    return Invalid("The input breaks a rule; see errors.", errors=complaints_of(exception))


@as_app_error.register
def _(exception: rest.ParseError) -> AppError:
    return errors.MalformedBody(str(exception.detail))


@as_app_error.register
def _(exception: UnreadablePostError) -> AppError:
    return errors.MalformedBody("The body broke off.")


@as_app_error.register
def _(exception: RecursionError) -> AppError:
    return errors.TooDeeplyNested()


@as_app_error.register(rest.NotAuthenticated)
@as_app_error.register(rest.AuthenticationFailed)
def _(exception: rest.APIException) -> AppError:
    return errors.Unauthenticated(str(exception.detail))


@as_app_error.register
def _(exception: rest.PermissionDenied) -> AppError:
    return Forbidden(str(exception.detail))


@as_app_error.register
def _(exception: django.PermissionDenied) -> AppError:
    return Forbidden()


@as_app_error.register
def _(exception: rest.MethodNotAllowed) -> AppError:
    return errors.MethodNotAllowed(str(exception.detail))


@as_app_error.register
def _(exception: rest.NotAcceptable) -> AppError:
    return errors.NotAcceptable("Ask for application/json.")


@as_app_error.register
def _(exception: rest.UnsupportedMediaType) -> AppError:
    return errors.UnsupportedMediaType("Send application/json.")


@as_app_error.register
def _(exception: rest.Throttled) -> AppError:
    seconds = max(1, math.ceil(getattr(exception, "wait", None) or 1))
    return errors.Throttled(f"Go on in {seconds} seconds.", headers={"Retry-After": str(seconds)})


@as_app_error.register(django.BadRequest)
@as_app_error.register(django.SuspiciousOperation)
@as_app_error.register(MultiPartParserError)
def _(exception: Exception) -> AppError:
    return errors.BadRequest()


@as_app_error.register
def _(exception: django.DisallowedHost) -> AppError:
    return errors.UntrustedHost("The Host header names no host of this installation.")


@as_app_error.register
def _(exception: django.RequestDataTooBig) -> AppError:
    return errors.BodyTooLarge()


@as_app_error.register(django.TooManyFieldsSent)
@as_app_error.register(django.TooManyFilesSent)
def _(exception: Exception) -> AppError:
    return errors.TooManyParameters("The request has more parameters than any address takes.")


@as_app_error.register
def _(exception: DataError) -> AppError:
    return errors.OutOfRange("A value is outside of what can be stored.")


@as_app_error.register(OperationalError)
@as_app_error.register(InterfaceError)
def _(exception: Exception) -> AppError:
    return errors.DatabaseUnavailable(
        "The database does not answer; try again.", headers=_RETRY_AFTER
    )


def complaints_of(exception: django.ValidationError | rest.ValidationError) -> list[dict[str, str]]:
    """Return what is wrong, one line per field."""
    return list(_complaints(as_serializer_error(exception)))


def _complaints(detail: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Flatten DRF's tree of complaints into one line per field, named like ``units.0.floor``."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            is_whole = name == "non_field_errors"
            yield from _complaints(below, path if is_whole else (*path, str(name)))
    elif isinstance(detail, list):
        for index, below in enumerate(detail):
            is_text = isinstance(below, str)
            yield from _complaints(below, path if is_text else (*path, str(index)))
    else:
        code = getattr(detail, "code", "invalid")
        yield {"field": ".".join(path), "detail": str(detail), "code": code}

"""Placeholders in texts: ``{{ name }}``, filled in and nothing else; no logic, no attributes."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from apps.notifications.bidi import isolated, without_controls
from apps.notifications.errors import MissingVariables, TemplateRefused

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_ADDRESS_PLACEHOLDER = re.compile(rf"\s*{_PLACEHOLDER.pattern}\s*")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Schemes that a page would run instead of open.
_RUNNING_SCHEMES = re.compile(r"\s*(javascript|data|vbscript)\s*:", re.IGNORECASE)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names that the text's placeholders mention, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def is_malformed(text: str) -> bool:
    """Say whether braces remain that look like a placeholder and are none."""
    rest = _PLACEHOLDER.sub("", text)
    return "{{" in rest or "}}" in rest


def filled(text: str, variables: Mapping[str, str], *, is_rtl: bool) -> str:
    """Return the text with its values, each kept from reordering the words around it.

    A value is put in as it is: what looks like a placeholder in it stays as it stands. Raises
    MissingVariables that names every variable without a value, and TemplateRefused where braces
    are malformed.
    """
    return _filled(text, variables, lambda value: isolated(value, is_rtl=is_rtl))


def filled_url(url: str, variables: Mapping[str, str]) -> str:
    """Return the address with its values percent-encoded; one alone may be the whole address.

    Raises as `filled` does, and TemplateRefused where the address would run as a script.
    """
    is_whole = _ADDRESS_PLACEHOLDER.fullmatch(url) is not None
    address = _filled(url, variables, _as_it_is if is_whole else _encoded).strip()
    if _RUNNING_SCHEMES.match(address):
        raise TemplateRefused(f"{address[:40]!r} is no address that may be opened.")
    return address


def _filled(text: str, variables: Mapping[str, str], put: Callable[[str], str]) -> str:
    if "{" not in text and "}" not in text:
        return text
    missing = [name for name in names_in(text) if name not in variables]
    if missing:
        raise missing_variables(missing)
    if is_malformed(text):
        raise TemplateRefused(f"{text[:80]!r}: a placeholder is written {{{{ name }}}}.")
    return _PLACEHOLDER.sub(lambda found: put(variables[found[1]]), text)


def missing_variables(names: list[str]) -> MissingVariables:
    """Return the error that names the variables without a value."""
    return MissingVariables(
        f"No value for {', '.join(names)}.",
        errors=[
            {"field": f"variables.{name}", "code": "missing", "detail": "Say what it stands for."}
            for name in names
        ],
    )


def _as_it_is(value: str) -> str:
    return without_controls(value)


def _encoded(value: str) -> str:
    return quote(without_controls(value), safe="")

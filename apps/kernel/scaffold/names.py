"""The names of a new app: checked before anything is written, and derived from one another."""

import builtins
import keyword
import re
from collections.abc import Collection
from dataclasses import dataclass

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 24
# A room of that name holds whatever fits nowhere else.
_DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "core", "lib", "misc"})
# Words that the generated modules use themselves.
_USED = frozenset({
    *("client", "created", "error", "event", "factory", "instance", "name", "override", "owner"),
    *("request", "response", "row", "rows", "scene", "serializer", "services", "stranger"),
    *("topics", "url", "user"),
})  # fmt: skip


class NameRefused(ValueError):
    """The name cannot be an app's or a resource's; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """An app's name and its resource's, and the forms they take in code and prose."""

    app: str
    resource: str
    # What its floor is for, as the contract says.
    floor: str

    def placeholders(self) -> dict[str, str]:
        """Return what the templates' placeholders stand for."""
        words = self.resource.replace("_", " ")
        plural = self.app if singular(self.app) == self.resource else f"{self.resource}s"
        words_plural = plural.replace("_", " ")
        article = "an" if words[0] in "aeiou" else "a"
        return {
            "app": self.app,
            "App": _camel(self.app),
            "resource": self.resource,
            "Resource": _camel(self.resource),
            "basename": self.resource.replace("_", "-"),
            "plural": plural,
            "words": words,
            "Words": _sentence(words),
            "words_plural": words_plural,
            "Words_plural": _sentence(words_plural),
            "a": article,
            "A": _sentence(article),
            "Floor": _sentence(self.floor),
        }


def check_names(app: str, resource: str, *, taken: Collection[str]) -> None:
    """Raise NameRefused for a name that is malformed, says nothing, or is taken."""
    for name in (app, resource):
        if not _NAME.fullmatch(name) or len(name) > _LONGEST:
            raise NameRefused(
                f"{name!r} is no name for an app or resource: expected at most {_LONGEST} "
                "lower-case letters, digits and single underscores; for example house_keys."
            )
        if name in _DRAWERS:
            raise NameRefused(f"{name!r} says nothing of what lives there: name the concern.")
    if app in taken:
        raise NameRefused(f"{app!r} is taken: an app, a route or a folder has this name.")
    if keyword.iskeyword(resource) or hasattr(builtins, resource) or resource in _USED:
        raise NameRefused(f"{resource!r} has a meaning in code: choose another with --resource.")


def singular(plural: str) -> str:
    """Return what one of the many is called, by the simplest rules of English."""
    if plural.endswith("ies"):
        return f"{plural.removesuffix('ies')}y"
    if plural.endswith(("sses", "xes", "ches", "shes")):
        return plural.removesuffix("es")
    if plural.endswith("s") and not plural.endswith("ss"):
        return plural.removesuffix("s")
    return plural


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

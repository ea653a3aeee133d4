"""The pages a newcomer meets: a welcome, and the mails that nobody sends in development."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.playground.commands import first_commands
from apps.playground.links import LINKS
from apps.playground.mailbox import Mail, mail, mails
from apps.playground.steps import STEPS


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Show what runs here, where to look, and what to type first."""
    shown = {"links": LINKS, "steps": STEPS, "commands": first_commands(settings.BASE_URL)}
    return render(request, "playground/welcome.html", shown)


@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show the mails, newest first: those to ``?to=``, as data with ``?format=json``."""
    address = request.GET.get("to", "")
    found = mails(_folder(), to=address)
    if request.GET.get("format") == "json":
        return JsonResponse([_as_data(each) for each in found], safe=False)
    return render(request, "playground/mailbox.html", {"mails": found, "address": address})


@never_cache
@require_safe
def letter(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Show one mail."""
    found = mail(_folder(), mail_id=mail_id)
    if found is None:
        raise Http404
    return render(request, "playground/letter.html", {"mail": found})


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _as_data(found: Mail) -> dict[str, object]:
    return {
        "id": found.id,
        "to": found.to,
        "subject": found.subject,
        "text": found.text,
        "date": found.date,
        "code": found.code,
    }

"""The pages a newcomer meets: a welcome, and the mails that nobody sends in development."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from apps.playground.commands import first_commands
from apps.playground.demo import way_in
from apps.playground.links import LINKS
from apps.playground.mailbox import Mail, mail, mails
from apps.playground.people import PEOPLE, DemoPerson
from apps.playground.steps import STEPS


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Show what runs here, where to look, and what to type first."""
    shown = {
        "links": LINKS,
        "push_url": settings.PLAYGROUND_PUSH_URL,
        "steps": STEPS,
        "commands": first_commands(settings.BASE_URL),
    }
    return render(request, "playground/welcome.html", shown)


@require_safe
def phones(request: HttpRequest) -> HttpResponse:
    """Show the phones of the demo's people side by side."""
    shown = {"people": PEOPLE.values(), "push_url": settings.PLAYGROUND_PUSH_URL}
    return render(request, "playground/phones.html", shown)


@never_cache
@require_safe
@ensure_csrf_cookie
@xframe_options_sameorigin
def phone(request: HttpRequest, key: str) -> HttpResponse:
    """Show one person's phone; with ``?bare`` without the frame of the playground."""
    shown = {
        "person": _person(key),
        "is_bare": "bare" in request.GET,
        "realtime_url": settings.REALTIME_URL,
        "push_url": settings.PLAYGROUND_PUSH_URL,
    }
    return render(request, "playground/phone.html", shown)


@require_POST
def session(request: HttpRequest, key: str) -> HttpResponse:
    """Sign one of the demo's people in, on the phone that the page is."""
    return JsonResponse(way_in(_person(key)))


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


def _person(key: str) -> DemoPerson:
    if key not in PEOPLE:
        raise Http404
    return PEOPLE[key]


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

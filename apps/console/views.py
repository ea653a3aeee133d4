"""The console's pages: the charts' data, a person with their timeline, and confirmed actions."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.console import selectors, services
from apps.console.forms import ReasonForm
from apps.console.people import MAY_SEE_PEOPLE, page_of_people
from apps.console.person_page import cards_of, may_act, timeline_of
from apps.console.ports import Chart, PersonAction, person_sections
from apps.console.types import Order, Person, Reading
from apps.kernel.errors import AppError


@never_cache
@require_safe
def _charts(request: HttpRequest) -> HttpResponse:
    """Answer with what every chart shows, for ``?range=``."""
    name = request.GET.get("range", "1h")
    if name not in selectors.RANGES:
        raise Http404
    window = selectors.window_of(name)
    answer = {
        "since": window.since,
        "step_seconds": window.step.total_seconds(),
        "sampled_at": selectors.last_round(),
        "charts": [_as_data(chart, reading) for chart, reading in selectors.readings(window)],
    }
    return HttpResponse(orjson.dumps(answer), content_type="application/json")


@never_cache
@require_safe
def _person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a person: what each section knows, and their timeline from ``?before=`` on."""
    user, person = _found(request, user_id)
    before = _key(request.GET.get("before"))
    lines, next_key = timeline_of(request, person, before=before)
    context = {
        **admin.site.each_context(request),
        "title": str(user),
        "subtitle": None,
        "person": user,
        "cards": cards_of(request, person) if before is None else (),
        "lines": lines,
        "next_key": next_key,
        "is_first_page": before is None,
        "change_url": page_of_people("change", user_id),
        "list_url": page_of_people("changelist"),
    }
    return render(request, "console/person.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _act(request: HttpRequest, user_id: int, section: str, action: str) -> HttpResponse:
    """Ask for a reason, and carry the action out once it is confirmed."""
    user, person = _found(request, user_id)
    chosen = _action(request, section, action)
    form = ReasonForm(request.POST or None)
    back = reverse("console:person", args=[user_id])
    if request.method == "POST" and form.is_valid():
        order = Order(person=person, target=_key(request.GET.get("target")), by=_user(request).pk)
        try:
            services.carry_out(action=chosen, order=order, reason=form.cleaned_data["reason"])
        except AppError as refusal:
            messages.error(request, f"{refusal.title}. {refusal.detail}")
        else:
            messages.success(request, f"{chosen.done} It is in the event log under your name.")
        return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": chosen.label,
        "subtitle": None,
        "person": user,
        "action": chosen,
        "form": form,
        "back_url": back,
    }
    return render(request, "console/confirm.html", context)


charts = admin.site.admin_view(_charts)
person = admin.site.admin_view(_person)
act = admin.site.admin_view(_act)


def _as_data(chart: Chart, reading: Reading) -> dict[str, Any]:
    return {"name": chart.name, **asdict(reading)}


def _found(request: HttpRequest, user_id: int) -> tuple[Any, Person]:
    """Return the user behind the page; refuses whoever may not look at users."""
    if not _user(request).has_perm(MAY_SEE_PEOPLE):
        raise PermissionDenied
    user: Any = get_user_model().objects.filter(pk=user_id).first()
    if user is None:
        raise Http404
    return user, Person(id=user.pk, public_id=user.public_id, is_active=user.is_active)


def _action(request: HttpRequest, section_name: str, name: str) -> PersonAction:
    """Return the action; refuses whoever may not see its section or do it."""
    section = person_sections.get(section_name)
    action = section.action(name) if section else None
    if section is None or action is None:
        raise Http404
    if not may_act(request, section, action):
        raise PermissionDenied
    return action


def _key(text: str | None) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _user(request: HttpRequest) -> Any:
    return request.user

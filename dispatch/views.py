"""Pages: where one begins, the console, and the field unit."""

import hashlib
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from core import selectors
from core.middleware import PersonRequest
from core.models import Board
from core.rules import Permission
from core.transliteration import to_latin
from core.undo import UNDO_S
from dispatch.console import layout_of
from dispatch.pages import pages_of
from patrols.models import Unit


@require_safe
@login_required
def home(request: PersonRequest) -> HttpResponse:
    """Go to the page where this person's work begins: console, reports or administration."""
    pages = pages_of(request)
    if not pages:
        raise PermissionDenied
    return redirect(pages[0].address)


@require_safe
@login_required
@ensure_csrf_cookie
def console(request: PersonRequest) -> HttpResponse:
    """The dispatcher's console of one board: `?board=ID`, else the first that the person may watch.

    The page itself holds no operational data; its scripts take a snapshot. Three queries.
    """
    boards = selectors.boards(request.viewer)
    if not boards:
        raise PermissionDenied
    wanted = request.GET.get("board", "")
    chosen = next((board for board in boards if str(board.pk) == wanted), boards[0])
    return render(request, "console.html", {"settings_of_page": _settings(request, boards, chosen)})


@require_safe
@login_required
@ensure_csrf_cookie
def replay(request: PersonRequest) -> HttpResponse:
    """Any past period of a board that the person may watch: `?board=ID`. The page itself holds no operational data."""
    boards = selectors.boards(request.viewer)
    if not boards:
        raise PermissionDenied
    wanted = request.GET.get("board", "")
    chosen = next((board for board in boards if str(board.pk) == wanted), boards[0])
    in_script = str if translation.get_language() == "sr" else to_latin
    choices = [{"id": board.pk, "name": in_script(board.name)} for board in boards]
    context = {"settings_of_page": _settings(request, boards, chosen), "boards": choices, "chosen": chosen.pk}
    context["hours"] = (1, 2, 4, 8, 12, 24)
    return render(request, "replay.html", context)


@require_safe
@login_required
@ensure_csrf_cookie
def log(request: PersonRequest) -> HttpResponse:
    """The log of a board that the person may watch: `?board=ID`. The page itself holds no operational data."""
    boards = selectors.boards(request.viewer)
    if not boards:
        raise PermissionDenied
    wanted = request.GET.get("board", "")
    chosen = next((board for board in boards if str(board.pk) == wanted), boards[0])
    return render(request, "log.html", {"settings_of_page": _settings(request, boards, chosen)})


@require_safe
@login_required
@ensure_csrf_cookie
def field(request: PersonRequest) -> HttpResponse:
    """The crew's page. It is kept on the device to open without a network, so it holds nothing of anybody. No query."""
    if not request.viewer.can_anywhere(Permission.OWN_UNIT_STATUS):
        raise PermissionDenied
    return render(request, "field.html")


@require_safe
@login_required
@ensure_csrf_cookie
def drills(request: PersonRequest) -> HttpResponse:
    """Where a commander drills the chain of alarms, and reads how alarms went. One query."""
    viewer = request.viewer
    if not viewer.can_anywhere(Permission.ALARM_DRILL):
        raise PermissionDenied
    nodes = viewer.organisations(Permission.ALARM_DRILL)
    units = Unit.objects.filter(organisation__in=nodes, on_duty=True, external=False).order_by("call_sign", "pk")
    context = {"units": units.values("pk", "call_sign"), "time_zone": settings.DISPLAY_TIME_ZONE}
    return render(request, "drills.html", context)


@require_safe
def field_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the crew's page; its text changes whenever one of the files that it keeps does."""
    context = {"version": _files_version()}
    response = render(request, "field_worker.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def field_map_worker(request: HttpRequest) -> HttpResponse:
    """The script of the map's own thread; below `/field/`, so that the service worker keeps it with the page."""
    return render(request, "field_map_worker.js", content_type="text/javascript; charset=utf-8")


@cache
def _files_version() -> str:
    """A number for all files that the crew's page may be made of."""
    digest = hashlib.sha256()
    folders = ("static", "templates")
    files = [path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*") if path.is_file()]
    for path in [*sorted(files), settings.BASE_DIR / "package-lock.json"]:
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _settings(request: PersonRequest, boards: list[Board], chosen: Board) -> dict[str, Any]:
    """What the scripts of the console need before their first request."""
    viewer = request.viewer
    node = chosen.organisation_id
    return {
        "board": chosen.pk,
        "boards": [{"id": board.pk, "name": board.name} for board in boards],
        "user": {"id": viewer.user_id, "name": viewer.name, "roles": sorted({role for role, _node in viewer.roles})},
        "permissions": sorted(permission.value for permission, nodes in viewer.reach.items() if node in nodes),
        "language": translation.get_language(),
        "languages": [
            {"code": code, "name": translation.get_language_info(code)["name_local"]}
            for code, _name in settings.LANGUAGES
        ],
        "theme": request.user.theme,
        "time_zone": chosen.organisation.time_zone or settings.DISPLAY_TIME_ZONE,
        "pages": [{"name": page.name, "address": page.address} for page in pages_of(request)],
        "layout": layout_of(viewer),
        "undo_s": UNDO_S,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }

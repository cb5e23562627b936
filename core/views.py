"""Sign-in, sign-out, preferences, and the browser's catalogue of messages."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_POST
from django.views.i18n import JavaScriptCatalog

from core import audit
from core.http import body
from core.middleware import PersonRequest, viewer_of
from core.models import User

_API = "/api/"

catalog = JavaScriptCatalog.as_view(packages=None)


class SignIn(LoginView):
    """The sign-in page; keeps the person's own language from then on."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, leave an audit row, and speak the person's language."""
        response = super().form_valid(form)
        audit.record_view(viewer_of(self.request, channel="web"), "session.opened")
        if form.get_user().language:
            _speak(response, form.get_user().language)
        return response


class SignOut(LogoutView):
    """The way out; open sockets of the session are closed by their server within seconds."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out and leave an audit row."""
        if request.user.is_authenticated:
            audit.record_view(viewer_of(request, channel="web"), "session.closed")
        return super().post(request, *args, **kwargs)


@require_POST
@login_required
def preferences(request: PersonRequest) -> HttpResponse:
    """Keep the person's language and theme. Answers what is kept; unknown values change nothing."""
    user = request.user
    changed = []
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        user.language = language
        changed.append("language")
    if (theme := request.POST.get("theme")) in User.Theme.values:
        user.theme = theme
        changed.append("theme")
    if changed:
        user.save(update_fields=changed)
        audit.record_view(viewer_of(request, channel="web"), "preferences.changed", user)
    response = JsonResponse({"language": user.language, "theme": user.theme})
    if user.language:
        _speak(response, user.language)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where there is no such address: a page for people, the one shape of errors for programs."""
    if request.path.startswith(_API):
        return JsonResponse(body("not_found", _("There is no such record.")), status=404)
    return defaults.page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw, without a word of its inside: a page for people, the one shape of errors for programs."""
    if request.path.startswith(_API):
        return JsonResponse(body("failed", _("Something went wrong here")), status=500)
    return defaults.server_error(request)


def _speak(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 86400,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )

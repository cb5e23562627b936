"""Addresses. Each app says its own; here they are only hung in their places."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import analytics.urls
import core.urls
import dispatch.urls
import geo.urls
import incidents.urls
import patrols.urls
from config.health import healthz

apps = (core.urls, geo.urls, patrols.urls, incidents.urls, dispatch.urls, analytics.urls)

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    *(pattern for app in apps for pattern in app.page_urlpatterns),
    path("gps/", include(patrols.urls.gps_urlpatterns)),
    path("api/v1/", include([pattern for app in apps for pattern in app.api_urlpatterns])),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("admin/", admin.site.urls),
]

handler404 = "core.views.not_found"
handler500 = "core.views.failed"

"""Addresses of `geo`."""

from django.urls import URLPattern, path

from geo import api

api_urlpatterns: list[URLPattern] = [
    path("gazetteer/", api.GazetteerView.as_view(), name="gazetteer"),
    path("gazetteer/reverse/", api.ReverseView.as_view(), name="gazetteer-reverse"),
    path("routes/", api.RoutesView.as_view(), name="routes"),
    path("region/", api.RegionView.as_view(), name="region"),
]
page_urlpatterns: list[URLPattern] = [
    path("region/basemap.pmtiles", api.BasemapView.as_view(), name="basemap"),
]

"""Addresses of `patrols`."""

from django.urls import URLPattern

api_urlpatterns: list[URLPattern] = []
page_urlpatterns: list[URLPattern] = []
gps_urlpatterns: list[URLPattern] = []

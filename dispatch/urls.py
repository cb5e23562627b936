"""Addresses of `dispatch`."""

from django.urls import URLPattern, path

from dispatch import views

api_urlpatterns: list[URLPattern] = []
page_urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("console/", views.console, name="console"),
]

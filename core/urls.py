"""Addresses of `core`: sign-in and sign-out, tokens, the organisation."""

from django.urls import URLPattern, path

from core import api, views

api_urlpatterns: list[URLPattern] = [
    path("token/", api.TokenView.as_view(), name="token"),
    path("organisations/", api.OrganisationsView.as_view(), name="organisations"),
]
page_urlpatterns: list[URLPattern] = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("preferences/", views.preferences, name="preferences"),
    path("jsi18n/", views.catalog, name="jsi18n"),
]

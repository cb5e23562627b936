"""Addresses of sockets."""

from django.urls import URLPattern, path

from dispatch.consumers import BoardConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/boards/<int:board_id>/", BoardConsumer.as_asgi()),
]

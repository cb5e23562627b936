"""Addresses of sockets."""

from typing import Any

from django.urls import URLPattern, path, re_path

from dispatch.consumers import BoardConsumer
from dispatch.sockets import Receive, Scope, Send


async def no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse, before it opens, a socket at an address where there is none."""
    del scope
    await receive()
    await send({"type": "websocket.close", "code": 4404})


_elsewhere: Any = no_such_socket  # the router takes any ASGI application; its types know only views

websocket_urlpatterns: list[URLPattern] = [
    path("ws/boards/<int:board_id>/", BoardConsumer.as_asgi()),
    re_path("", _elsewhere),
]

"""The ASGI application: HTTP by Django, positions by their own door, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from channels.routing import ProtocolTypeRouter, URLRouter

django.setup(set_prefix=False)

from core.asgi import Handler
from dispatch.routing import websocket_urlpatterns
from dispatch.sockets import identified
from patrols.gps.asgi import with_positions

application = ProtocolTypeRouter(
    {"http": with_positions(Handler()), "websocket": identified(URLRouter(websocket_urlpatterns))}
)

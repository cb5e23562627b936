"""The ASGI application: HTTP by Django, positions by their own door, sockets by Channels."""

import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

http = get_asgi_application()

from dispatch.routing import websocket_urlpatterns
from dispatch.sockets import identified
from patrols.gps.asgi import Application, with_positions

application = ProtocolTypeRouter(
    {"http": with_positions(cast("Application", http)), "websocket": identified(URLRouter(websocket_urlpatterns))}
)

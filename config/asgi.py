"""The ASGI application: HTTP by Django, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

http = get_asgi_application()

from dispatch.routing import websocket_urlpatterns
from dispatch.sockets import identified

application = ProtocolTypeRouter({"http": http, "websocket": identified(URLRouter(websocket_urlpatterns))})

"""The way in: pages and API through Django, sockets through Channels."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ide.settings")
_http = get_asgi_application()  # sets Django up: what follows needs its models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import WebsocketDenier  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from ide.consumers import WorkspaceConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": _http,
        "websocket": URLRouter(
            [
                path("ws/workspaces/<str:id>", WorkspaceConsumer.as_asgi()),
                re_path("", WebsocketDenier.as_asgi()),
            ]
        ),
    }
)

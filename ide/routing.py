"""The sockets that there are."""

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from ide.socket.consumers import WorkspaceConsumer

websocket = URLRouter(
    [path("ws/workspaces/<str:id>", WorkspaceConsumer.as_asgi()), re_path("", WebsocketDenier.as_asgi())]
)

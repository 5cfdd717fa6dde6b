"""The way in: pages and API through Django, sockets through Channels."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ide.settings")
_http = get_asgi_application()  # sets Django up: what follows needs its models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from ide.routing import websocket  # noqa: E402

application = ProtocolTypeRouter({"http": _http, "websocket": websocket})

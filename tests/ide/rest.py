"""A program that calls the REST API with a token."""

import json
from typing import TYPE_CHECKING, Any

from django.test import Client

from ide.models import Token, User

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

ROOT = "/api/v1"


class Api:
    """Calls as `user`, or as nobody."""

    def __init__(self, user: User | None) -> None:
        self._client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {Token.issue(user, 'test')[1]}"} if user else {}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> "Answer":
        """`body` is sent as JSON, bytes as they are; `If_Match="x"` becomes the header `If-Match`."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = headers.pop("Content_Type", "application/json")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.generic(
            method, ROOT + path, data, content_type=kind, headers={**self.headers, **named}
        )

    def get(self, path: str, **headers: str) -> "Answer":
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> "Answer":
        return self.call("POST", path, body, **headers)

    def put(self, path: str, text: str | bytes, **headers: str) -> "Answer":
        data = text if isinstance(text, bytes) else text.encode()
        return self.call("PUT", path, data, Content_Type="text/plain", **headers)

    def upload(self, path: str, fields: dict[str, Any]) -> "Answer":
        return self._client.post(ROOT + path, fields, headers=self.headers)

    def make(self, **body: Any) -> str:
        """A workspace of these fields; its id."""
        answer = self.post("/workspaces", {"name": "test", **body})
        assert answer.status_code == 201, answer.content
        workspace_id: str = answer.json()["id"]
        return workspace_id


def problem(answer: "Answer", status: int) -> dict[str, Any]:
    """The problem document of an error with that status."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = answer.json()
    assert content["status"] == status
    assert content["detail"].endswith((".", "?")), content["detail"]
    return content

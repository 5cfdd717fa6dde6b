"""`session/produced` and its like: asked of the session, without a language client."""

import json
from typing import Any

import pytest

from ide.models import Workspace
from sandbox.messages import (
    Answer,
    Answered,
    Ask,
    DeleteProduced,
    FindProduced,
    Produced,
    ProducedFile,
    ProducedPiece,
    Question,
    ReadProduced,
)
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]


@pytest.mark.parametrize(
    ("method", "params", "question", "answer", "result"),
    [
        (
            "session/produced",
            {},
            FindProduced(),
            Produced(files=[ProducedFile("out/a.csv", 12, 5.5)], count=3),
            {"files": [{"path": "out/a.csv", "bytes": 12, "modified": 5.5}], "count": 3},
        ),
        (
            "session/readProduced",
            {"path": "out/a.csv", "offset": 4},
            ReadProduced("out/a.csv", 4),
            ProducedPiece(data="MTIK", bytes=7),
            {"data": "MTIK", "bytes": 7},
        ),
        (
            "session/deleteProduced",
            {"path": "out/a.csv"},
            DeleteProduced("out/a.csv"),
            Produced(files=[], count=2),
            {"files": [], "count": 2},
        ),
    ],
)
async def test_what_the_session_answers_is_passed_on(
    workspace: Workspace,
    client_of_sandbox: FakeClient,
    method: str,
    params: dict[str, Any],
    question: Question,
    answer: Answer,
    result: object,
) -> None:
    session = workspace.session_id
    async with connected(workspace) as socket:
        await socket.raw(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))
        await client_of_sandbox.until(lambda: client_of_sandbox.sent(session, Ask))
        (ask,) = client_of_sandbox.sent(session, Ask)
        assert isinstance(ask, Ask)
        assert ask.question == question
        await client_of_sandbox.say(session, Answered(ask.query, answer))
        assert (await socket.answer())["result"] == result

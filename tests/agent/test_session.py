"""What the agent's session does with messages that it cannot follow."""

import json
from typing import Any

import pytest

from sandbox.agent.deadman import DeadMan
from sandbox.agent.files import Files
from sandbox.agent.outbox import Outbox
from sandbox.agent.session import Session
from sandbox.messages import Attach, Deliver, Edit, InboxMessage, encode


class FakeWriter:
    """Keeps the frames that are written."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def write(self, line: bytes) -> None:
        self.frames.append(json.loads(line))

    def restart(self) -> None:
        pass


async def told(*messages: InboxMessage) -> list[str]:
    """Why an attached session refused some of them."""
    writer: Any = FakeWriter()
    session = Session(Outbox(writer.write), writer, DeadMan())
    session.take(encode(Attach(1, "nonce")))
    for number, message in enumerate(messages, 1):
        session.take(encode(Deliver(1, f"{number}-0", message)))
    return [f"{each['entry']}: {each['reason']}" for each in writer.frames if each["type"] == "refused"]


async def test_a_bad_message_is_refused_with_a_sentence() -> None:
    refused = await told(Edit("a.txt", 1, ""), Edit("../b.txt", 1, ""), Edit("c.txt", 1, ""))
    assert [each.partition(":")[0] for each in refused] == ["2-0"]


async def test_a_fault_of_our_own_costs_one_message_and_not_those_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    followed = []

    def edit(files: Files, path: str, version: int, text: str) -> None:
        followed.append(path)
        if path == "broken.txt":
            raise LookupError("nobody thought of this")

    monkeypatch.setattr(Files, "edit", edit)
    refused = await told(Edit("a.txt", 1, ""), Edit("broken.txt", 1, ""), Edit("c.txt", 1, ""))
    assert refused == ["2-0: LookupError: nobody thought of this"]
    assert followed == ["a.txt", "broken.txt", "c.txt"]

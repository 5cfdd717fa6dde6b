"""Every field of every message of the WebSocket, missing, of the wrong type, too long or out of range."""

import pytest
from msgspec import inspect

from ide.database import in_database
from ide.models import PlanOverride, Workspace
from ide.protocol import CLIENT_NOTIFICATIONS, REQUESTS, ErrorCode
from tests.bad_values import cases
from tests.ide.fake_client import FakeClient
from tests.ide.sockets import connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_for_sockets")]


@pytest.fixture(autouse=True)
def no_flood(workspace: Workspace) -> None:
    """Hundreds of messages come at once here."""
    PlanOverride.objects.create(user=workspace.user, messages_per_second=10_000, message_burst=100_000)


@pytest.mark.parametrize("method", sorted(REQUESTS))
async def test_a_field_that_is_wrong_in_a_request_is_named_and_the_connection_goes_on(
    workspace: Workspace, client_of_sandbox: FakeClient, method: str
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        for case in cases(inspect.type_info(REQUESTS[method].params)):
            error = (await socket.request(method, case.params)).get("error")
            assert error, (case.field, case.why)
            assert error["code"] == ErrorCode.INVALID_PARAMS, (case.field, case.why, error)
            assert error["data"]["field"].partition("[")[0] == case.field, (case.why, error)
        assert (await socket.request("run/list", {}))["result"] == []
    assert await in_database(workspace.runs.count) == 0


@pytest.mark.parametrize("method", sorted(CLIENT_NOTIFICATIONS))
async def test_a_field_that_is_wrong_in_a_notification_is_shown_and_the_connection_goes_on(
    workspace: Workspace, client_of_sandbox: FakeClient, method: str
) -> None:
    async with connected(workspace) as socket:
        await socket.initialize()
        for case in cases(inspect.type_info(CLIENT_NOTIFICATIONS[method])):
            await socket.notify(method, case.params)
            shown = await socket.told("window/showMessage")
            assert shown["method"] == method
            assert shown["message"].startswith(case.field), (case.why, shown)
        assert (await socket.request("run/list", {}))["result"] == []

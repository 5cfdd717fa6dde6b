"""The session behind a page, where a test does to it what time does."""

import time

import redis
from playwright.sync_api import expect

from sandbox import keys
from tests.browser.page import SLOW, IdePage
from tests.stack import Stack


def session_of(ide: IdePage) -> str:
    return ide.page.url.rpartition("/")[2]


def put_to_sleep(stack: Stack, ide: IdePage) -> None:
    """As the keeper does with a session that nobody used since long."""
    ide.is_quiet()  # a question would wake it again
    with redis.Redis.from_url(stack.redis_url) as client:
        known = next(
            each
            for each in client.zrange(keys.ACTIVE, 0, -1)
            if each.decode().replace("-", "") == session_of(ide)
        )
        for _ in range(20):
            client.zadd(keys.ACTIVE, {known: 1})
            time.sleep(0.5)
            if "asleep" in (ide.status.text_content() or ""):
                return
    expect(ide.status).to_contain_text("asleep", timeout=SLOW)

"""A wake-up: the Celery message that makes some worker serve a session.

Losing one is harmless, the keeper wakes again.
"""

from functools import cache

from celery import Celery

from sandbox.config import Config, config

SERVE = "sandbox.serve"


@cache
def app(settings: Config | None = None) -> Celery:
    """The Celery app; the task itself is known to workers only."""
    settings = settings or config()
    celery = Celery("sandbox", broker=settings.redis_url)
    celery.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_pool="threads",
        worker_concurrency=settings.worker_threads,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"socket_timeout": 30, "health_check_interval": 10, "max_connections": 100},
    )
    return celery


def wake(session_id: str, settings: Config | None = None) -> None:
    """Ask for a relay. Blocks for a moment."""
    app(settings).send_task(SERVE, args=[session_id], ignore_result=True, expires=60, retry=False)

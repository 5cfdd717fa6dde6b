"""Renders `frontend/src/protocol.ts`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ide.typescript import render


class Command(BaseCommand):
    help = "Render the TypeScript declarations of the WebSocket protocol."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.BASE_DIR) / "frontend" / "src" / "protocol.ts"
        target.write_text(render())
        self.stdout.write(f"Wrote {target.relative_to(settings.BASE_DIR)}")

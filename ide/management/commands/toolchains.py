"""`manage.py toolchains`: lists the registered toolchains, or registers those that were built."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ide.exceptions import Invalid
from ide.models import Toolchain
from ide.pool import publish_if_reachable, seen_hosts
from ide.toolchains import back, register

BUILT = settings.BASE_DIR / "build" / "toolchains.json"


class Command(BaseCommand):
    help = "Lists the toolchains, or registers those that a build described."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="list|register|back")
        actions.add_parser("list", help="show what is registered")
        described = actions.add_parser("register", help="register what a build described")
        described.add_argument("file", type=Path, nargs="?", default=BUILT)
        before = actions.add_parser("back", help="give people the version before")
        before.add_argument("name")

    def handle(self, *args: Any, action: str | None, **options: Any) -> None:
        if action == "register":
            self._register(options["file"])
        elif action == "back":
            self._go_back(options["name"])
        for toolchain in Toolchain.objects.all():
            state = toolchain.state
            packages = f"{len(toolchain.packages)} packages"
            self.stdout.write(
                f"{toolchain.name}  GHC {toolchain.ghc}  {packages}  {state}  {toolchain.digest}"
            )

    def _register(self, file: Path) -> None:
        try:
            described = json.loads(file.read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"{file} can't be read: {error}. Build the toolchains first.") from error
        hosts = seen_hosts()
        with transaction.atomic():
            for description in described if isinstance(described, list) else [described]:
                try:
                    register(description, hosts)
                except Invalid as error:
                    raise CommandError(error.sentence) from error
        self._publish()

    def _go_back(self, name: str) -> None:
        try:
            back(name)
        except Invalid as error:
            raise CommandError(error.sentence) from error
        self._publish()

    def _publish(self) -> None:
        if not publish_if_reachable():
            self.stderr.write("Redis is not up: the recorder publishes the toolchains when it is.")

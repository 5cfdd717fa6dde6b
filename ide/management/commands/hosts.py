"""`manage.py hosts`: lists the hosts of the pool, adds one, or makes sure of this machine's own."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ide.models import Host
from ide.pool import figures_by_name, publish_if_reachable
from sandbox.messages import HostFigures

LOCAL = "unix:///var/run/docker.sock"


class Command(BaseCommand):
    help = "Lists the hosts of the pool, or adds one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--local", action="store_true", help="make sure that this machine's engine is a host"
        )
        actions = parser.add_subparsers(dest="action", metavar="list|add|remove")
        actions.add_parser("list", help="show the hosts")
        add = actions.add_parser("add", help="add a host, or change the one of that name")
        add.add_argument("name")
        add.add_argument("address", help="unix:///run/docker.sock or tcp://10.0.0.5:2376")
        add.add_argument("--credentials", default="", help="folder with ca.pem, cert.pem and key.pem")
        add.add_argument("--runtime", default=Host.Runtime.RUNC, choices=Host.Runtime.values)
        remove = actions.add_parser("remove", help="take a host out of the pool")
        remove.add_argument("name")

    def handle(self, *args: Any, local: bool, action: str | None, **options: Any) -> None:
        if local and not Host.objects.filter(address=LOCAL).exists():
            self._save("local", {"address": LOCAL})
        elif action == "add":
            self._save(options["name"], {key: options[key] for key in ("address", "credentials", "runtime")})
        elif action == "remove" and not Host.objects.filter(name=options["name"]).delete()[0]:
            raise CommandError(f"There is no host {options['name']!r}.")
        if (local or action in ("add", "remove")) and not publish_if_reachable():
            self.stderr.write("Redis is not up: the recorder publishes the hosts when it is.")
        figures = figures_by_name()
        for host in Host.objects.all():
            self.stdout.write(f"{host.name}  {host.address}  {host.runtime}  {_state(host, figures)}")

    def _save(self, name: str, values: dict[str, str]) -> None:
        host = Host.objects.filter(name=name).first() or Host(name=name)
        for field, value in values.items():
            setattr(host, field, value)
        try:
            host.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        host.save()


def _state(host: Host, figures: Mapping[str, HostFigures]) -> str:
    said = "cordoned" if host.cordoned else "enabled" if host.enabled else "disabled"
    seen = figures.get(host.name)
    trouble = (seen.error or seen.refused) if seen else ""
    return f"{said}: {trouble}" if trouble else said

"""`manage.py hosts`: the pool in a terminal, and what administrators do with its hosts."""

import json
import math
import os
import re
import time
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ide.hosts import overview, printed
from ide.hosts.checking import check, look
from ide.models import Host, Session
from ide.pool import publish_if_reachable

LOCAL = "unix:///var/run/docker.sock"
OWN = re.compile(r"local(-\d+)?")  # names of --local
STAYS = (
    "{0} ({1}) is a host still. If sessions shall not be there: manage.py hosts drain {0}, then remove {0}."
)
WATCH_SECONDS = 2.0
ADDRESSES = ("unix://", "tcp://")
FIELDS = ("address", "credentials", "runtime", "cpus", "memory_bytes")
MARKS = {
    "cordon": {"cordoned": True},
    "drain": {"cordoned": True, "draining": True},
    "uncordon": {"cordoned": False, "draining": False},
}


class Command(BaseCommand):
    help = "Shows the hosts of the pool and their sessions; adds, checks, cordons, drains and removes hosts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--local",
            action="store_true",
            help="make sure that the engine is a host on which images are made",
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--json", action="store_true", help="for scripts, with the last hour")
        how.add_argument("--watch", action="store_true", help="show it anew every two seconds")
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        actions.add_parser("list", help="show hosts and sessions (also without an action)")
        _add_fields(actions.add_parser("add", help="add a host, or change the one of that name"))
        for name, does in (
            ("check", "have a keeper look at a host again"),
            ("cordon", "no new sessions"),
            ("drain", "no new sessions, and its own move away"),
            ("uncordon", "takes sessions again"),
            ("remove", "take an empty host out of the pool"),
        ):
            actions.add_parser(name, help=does).add_argument("name")

    def handle(self, *args: Any, local: bool, action: str | None, **options: Any) -> None:
        if local:
            for other in _add_local():
                self.stderr.write(STAYS.format(other.name, other.address))
        if action == "check":
            self._check(options["name"])
            return
        if action and action != "list":
            _do(action, **options)
        if (local or action not in (None, "list")) and not publish_if_reachable():
            self.stderr.write("Redis is not up: the recorder publishes the hosts when it is.")
        self._show(**options)

    def _show(self, *, json: bool, watch: bool, **_: Any) -> None:
        self.stdout.write(_shown(as_json=json))
        with suppress(KeyboardInterrupt):
            while watch:
                time.sleep(WATCH_SECONDS)
                self.stdout.write("\x1b[H\x1b[2J", ending="")
                self.stdout.write(_shown(as_json=False))

    def _check(self, name: str) -> None:
        try:
            report = look(_host(name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for line in printed.report(report.checks):
            self.stdout.write(line)
        if report.faults:
            raise CommandError(f"{name} can't be a host as it is.")


def _add_local() -> list[Host]:
    """The engine at DOCKER_HOST, else this machine's own; returns others that were added as this was."""
    address = os.environ.get("DOCKER_HOST") or LOCAL
    if not address.startswith(ADDRESSES):
        raise CommandError(f"DOCKER_HOST is {address}; a host's address is unix://… or tcp://….")
    hosts = dict(Host.objects.values_list("name", "address"))
    others = [
        one
        for one in Host.objects.all()
        if OWN.fullmatch(one.name) and _place(one.address) != _place(address)
    ]
    if _place(address) in map(_place, hosts.values()):
        return others
    remote = address.startswith("tcp://")
    credentials = Path(os.environ.get("DOCKER_CERT_PATH", "")).name if remote else ""
    if remote and not credentials:
        raise CommandError(f"{address} needs credentials: DOCKER_CERT_PATH, a folder in SANDBOX_CREDENTIALS.")
    names = ("local" if number == 1 else f"local-{number}" for number in count(1))
    free = next(name for name in names if name not in hosts)
    _save(Host(name=free, address=address, credentials=credentials))
    return others


def _place(address: str) -> str:
    """One name for one engine: /var/run is /run on most machines."""
    scheme, _, place = address.partition("://")
    return str(Path(place).resolve()) if scheme == "unix" else address


def _add_fields(parser: ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("address", help="unix:///run/docker.sock or tcp://10.0.0.5:2376")
    parser.add_argument("--credentials", default="", help="name of the folder with its certificates")
    parser.add_argument("--runtime", default=Host.Runtime.RUNC, choices=Host.Runtime.values)
    parser.add_argument("--cpus", type=_finite, default=0, help="use at most so many; 0: all")
    parser.add_argument("--memory-bytes", type=int, default=0, help="use at most so much; 0: all")
    parser.add_argument(
        "--unchecked", action="store_true", help="before any keeper runs: it is looked at when one does"
    )


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ArgumentTypeError(f"{text} is no number of CPUs")
    return number


def _do(action: str, *, name: str, **options: Any) -> None:
    match action:
        case "add":
            host = Host.objects.filter(name=name).first() or Host(name=name)
            for field in FIELDS:
                setattr(host, field, options[field])
            _save(host, checked=not options["unchecked"])
        case "remove":
            host = _host(name)
            occupied = host.sessions.filter(state__in=Session.LIVE).count()
            if occupied and host.enabled:
                raise CommandError(f"{name} has {occupied} sessions: drain it first.")
            host.delete()
        case _:
            host = _host(name)
            for field, value in MARKS[action].items():
                setattr(host, field, value)
            host.save()


def _host(name: str) -> Host:
    found = Host.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"There is no host {name!r}.")
    return found


def _save(host: Host, *, checked: bool = False) -> None:
    try:
        host.full_clean()
        if checked:
            check(host)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    host.save()


def _shown(*, as_json: bool) -> str:
    found = overview.overview(with_history=as_json)
    return json.dumps(found, indent=2) if as_json else "\n".join(printed.lines(found))

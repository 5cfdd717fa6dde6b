"""`manage.py token <username>`: an API token for a user; only the token is printed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ide.models import Token, User


class Command(BaseCommand):
    help = "Makes an API token for a user and prints it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="made by manage.py token", help="what it is for")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(
                f"There is no user {username!r}. Make one with manage.py createsuperuser or sign up."
            )
        _, secret = Token.issue(user, name[:80])
        self.stdout.write(secret)

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from digest.admin.two_factor import devices
from papers.management import arguments


class Command(BaseCommand):
    help = "Remove two-factor sign-in from an account whose phone is lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the account's name, as at the sign-in")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"{options['name']}: no account has this name. See Users.")
        removed = devices.remove(user, reason="manage.py remove_devices")
        self.stdout.write(arguments.closing_line({"accounts changed": int(removed)}))

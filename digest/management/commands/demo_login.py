from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from digest.local.demo.login import editor_login


class Command(BaseCommand):
    help = "Make the demo's editor where there is none, and print the login."

    def handle(self, *args: Any, **options: Any) -> None:
        name, password = editor_login(settings.DATA_DIR)
        self.stdout.write(f"{name}  {password}")

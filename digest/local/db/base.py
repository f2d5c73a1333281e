from pathlib import Path
from shutil import which
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base, client
from django.db.utils import OperationalError

from digest.local.embedded import postgres
from digest.local.embedded.service import ServiceError


def start_or_join(settings_dict: dict[str, Any]) -> None:
    """Start or join the server of `DATA_DIR`, and put its address into the settings."""
    if not settings_dict.get("DATA_DIR"):
        raise ImproperlyConfigured('DATABASES: the engine "digest.local.db" needs a DATA_DIR')
    try:
        settings_dict.update(postgres.start(Path(settings_dict["DATA_DIR"])))
    except ServiceError as error:
        raise OperationalError(str(error)) from error


class DatabaseClient(client.DatabaseClient):
    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Any
    ) -> tuple[list[str], dict[str, str] | None]:
        start_or_join(settings_dict)
        arguments, env = super().settings_to_cmd_args_env(settings_dict, parameters)
        if not which(cls.executable_name):
            arguments[0] = postgres.program(cls.executable_name)
        return arguments, env


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the server at the first connection. Import, `check` and `--help` do not start it."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        start_or_join(self.settings_dict)
        return super().get_connection_params()

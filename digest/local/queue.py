"""Celery's transport and Django's cache over the embedded Valkey, which their connections start.

`CELERY_BROKER_TRANSPORT = "digest.local.queue:Transport"` and the cache's
`"pool_class": "digest.local.queue.Pool"`, each with a `data_dir`.
"""

from pathlib import Path
from typing import Any

import redis
from kombu.transport import redis as kombu_redis

from digest.local.embedded import valkey
from digest.local.embedded.service import ServiceError


class StartsServer:
    """Starts, or joins, the server when it connects: `check` and `--help` start none."""

    def __init__(self, *args: Any, data_dir: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._data_dir = Path(data_dir)

    def _connect(self) -> Any:
        try:
            valkey.start_or_join(self._data_dir)
        except ServiceError as error:
            raise redis.ConnectionError(str(error)) from error
        return super()._connect()  # type: ignore[misc]  # of the connection that this is mixed into


class Connection(StartsServer, redis.UnixDomainSocketConnection):
    """A connection of the cache."""


class Pool(redis.ConnectionPool):
    """The pool of the cache's connections."""

    def __init__(self, connection_class: Any = None, **kwargs: Any) -> None:
        super().__init__(connection_class=Connection, **kwargs)


class Channel(kombu_redis.Channel):
    """A channel of the queue."""

    data_dir: str
    from_transport_options: Any = (*kombu_redis.Channel.from_transport_options, "data_dir")

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        params: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        starting = type("Connection", (StartsServer, params["connection_class"]), {})
        return params | {"connection_class": starting, "data_dir": self.data_dir}


class Transport(kombu_redis.Transport):
    """Redis over a socket's path: the transport is named in the settings, not in the URL."""

    Channel = Channel
    can_parse_url = True

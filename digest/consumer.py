"""The part of a worker that reads the queue, here one that outlives whatever the queue does.

Celery's own ends the worker at an answer or a message that it does not expect. Here the connection
is made anew: it waits between its attempts, and what was lost the sweep enqueues again, because
the jobs are in PostgreSQL.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

from celery.worker import consumer
from kombu.utils.json import loads

LONGEST_WAIT_S = 4
GARBAGE = (ValueError, TypeError, KeyError, AttributeError)
"""What a message raises that is none. It has left the queue by then."""

logger = logging.getLogger(__name__)


class Consumer(consumer.Consumer):
    """`CELERY_WORKER_CONSUMER`, with `CELERY_BROKER_CHANNEL_ERROR_RETRY`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel_errors: tuple[type[Exception], ...] = (*self.channel_errors, *GARBAGE)

    def ensure_connected(self, conn: Any) -> Any:
        """Wait for the queue, with at most LONGEST_WAIT_S between tries. kombu alone waits 30 s."""
        conn.ensure_connection = partial(conn.ensure_connection, interval_max=LONGEST_WAIT_S)
        return super().ensure_connected(conn)

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        super().on_connection_error_before_connected(exc)
        self._delete_what_raised(exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        if isinstance(exc, GARBAGE):
            logger.error("A message in the queue was none, and was dropped: %r", exc)
        super().on_connection_error_after_connected(exc)
        self._delete_what_raised(exc)

    def _delete_what_raised(self, exc: Exception) -> None:
        """Delete what keeps the queue from being one: it would raise with each connection."""
        if isinstance(exc, GARBAGE) or "WRONGTYPE" in str(exc):
            self._delete_garbage()

    def _delete_garbage(self) -> None:
        try:
            with self.app.connection_for_write() as connection:
                channel = connection.default_channel
                queues = self.app.amqp.queues.consume_from
                for key, kind in _keys(channel, queues, _exchanges(self.app, queues)):
                    found = channel.client.type(key).decode()
                    if found not in {kind, "none"}:
                        channel.client.delete(key)
                        logger.error("The queue's %s was a %s: it was deleted", key, found)
                _delete_unreadable(channel)
        except (*self.connection_errors, *self.channel_errors) as error:
            logger.warning("The queue's keys cannot be looked at: %s", error)


def _delete_unreadable(channel: Any) -> None:
    """Delete what stands among the messages under way and is none.

    A worker reads them when it connects, to put back the old ones.
    """
    for tag, text in channel.client.hscan_iter(channel.unacked_key):
        if not _is_message(text):
            channel.client.hdel(channel.unacked_key, tag)
            channel.client.zrem(channel.unacked_index_key, tag)
            logger.error("A message under way was none, and was dropped: %.60r", text)


def _is_message(text: bytes) -> bool:
    try:
        _message, _exchange, _key = loads(text.decode())  # type: ignore[no-untyped-call]
    except GARBAGE:
        return False
    return True


def _exchanges(app: Any, queues: Any) -> set[str]:
    """Return the exchanges that a worker binds to: of its queues, of remote control, of events."""
    mailbox = app.control.mailbox
    named = {queue.exchange.name for queue in queues.values()}
    return named | {mailbox.exchange.name, mailbox.reply_exchange.name, app.conf.event_exchange}


def _keys(channel: Any, queues: Any, exchanges: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the keys that kombu has for its queues, each with its type in Redis."""
    for name in queues:
        for priority in channel.priority_steps:
            yield channel._q_for_pri(name, priority), "list"
    for exchange in sorted(exchanges):
        yield channel.keyprefix_queue % exchange, "set"
        yield channel.keyprefix_binding_permanent % exchange, "set"
    yield channel.keyprefix_binding_deadlines, "zset"
    yield channel.unacked_key, "hash"
    yield channel.unacked_index_key, "zset"
    yield channel.unacked_mutex_key, "string"

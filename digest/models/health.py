"""What the site notes of its own health: which workers were heard from, and what is wrong."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a worker of a queue last stored that it takes tasks (`digest.health.heartbeat`)."""

    queue = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} {self.at:%Y-%m-%d %H:%M:%S}"


class Alarm(models.Model):
    """A trouble that goes on. The row goes when it is over (`digest.health.alarms`)."""

    name = models.CharField(max_length=40, primary_key=True)
    since = models.DateTimeField(help_text="When it was first seen.")
    told_at = models.DateTimeField(null=True, help_text="When a mail said it.")
    seen_at = models.DateTimeField(help_text="When it was last seen.")

    def __str__(self) -> str:
        return self.name


class WebFigures(models.Model):
    """What one web process has counted since it began, as text of Prometheus."""

    process = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField(help_text="When it was counted.")
    text = models.TextField()

    def __str__(self) -> str:
        return self.process

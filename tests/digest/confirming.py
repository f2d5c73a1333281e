"""The pages that ask before a post goes public, as a browser uses them."""

from django.http import HttpResponse
from django.test import Client


def shown(client: Client, address: str) -> dict[str, str]:
    """Open the page, and return the hidden fields of its form that say what it showed."""
    return {"seen": client.get(address).context["seen"].replace("\n", "\r\n")}


def confirm(client: Client, address: str, **fields: object) -> HttpResponse:
    """Open the page, and send its form at once."""
    return client.post(address, shown(client, address) | fields)

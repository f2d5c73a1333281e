"""What makes text an address that a browser can open, beyond what `urlsplit` looks at."""

from urllib.parse import SplitResult, urlsplit


def is_web(address: str) -> bool:
    """Return whether a stored address may be a link: not one that runs, and not a path."""
    return address.startswith(("https://", "http://"))


def split(address: str) -> SplitResult:
    """Return the parts of an address. Raises ValueError, also for a port that cannot exist."""
    parts = urlsplit(address)
    if parts.port == 0:  # Reading a port over 65535, or one that is not a number, raises by itself.
        raise ValueError(f"port 0 in {address!r}")
    return parts

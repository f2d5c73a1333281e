"""What editors call each other."""

from django.contrib.auth.models import User

from papers import languages


def name(first: str, last: str, login: str) -> str:
    """Return the full name, or the login where there is none."""
    if languages.has_family_name_first(last):
        return last + first
    return f"{first} {last}".strip() or login


def name_of(user: User) -> str:
    return name(user.first_name, user.last_name, user.username)

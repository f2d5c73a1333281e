"""Two-factor sign-in: after the password a code of an app (TOTP), or a recovery code.

Whoever has set it up must give a code. With TWO_FACTOR=required everybody must set it up, before
the editors' pages open. django-otp keeps the secrets and checks the codes.
"""

from digest.admin.two_factor import guard, views

__all__ = ["guard", "views"]

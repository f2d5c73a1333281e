"""The login of an editor on this machine. The first start of the demo makes it."""

import secrets
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model

EDITORS = "Editors"  # A migration makes this group.
USERNAME = "editor"
OWN_PASSWORD = "(the password you chose)"  # noqa: S105 (said in place of one we no longer know)


def login_file(data_dir: Path) -> Path:
    return data_dir / "demo-login"


def remembered_login(data_dir: Path) -> tuple[str, str]:
    """Return (name, password) as `editor_login` last stored them. It needs no database."""
    name, password = login_file(data_dir).read_text().splitlines()
    return name, password


def editor_login(data_dir: Path) -> tuple[str, str]:
    """Return (name, password) of the editor, who is made if missing.

    A password that the editor has chosen is kept. The password is stored in `data_dir` with mode
    600, for this machine only.
    """
    editor, created = get_user_model().objects.get_or_create(
        username=USERNAME, defaults={"is_staff": True}
    )
    if created or not login_file(data_dir).exists():
        password = secrets.token_urlsafe(12)
        editor.set_password(password)
        editor.save(update_fields=["password"])
        editor.groups.add(apps.get_model("auth", "Group").objects.get(name=EDITORS))
    else:
        password = remembered_login(data_dir)[1]
        if not editor.check_password(password):
            password = OWN_PASSWORD
    _remember(data_dir, password)
    return USERNAME, password


def _remember(data_dir: Path, password: str) -> None:
    file = login_file(data_dir)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(f"{USERNAME}\n{password}\n")

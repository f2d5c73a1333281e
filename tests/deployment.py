"""What compose.yaml and the units of systemd say, read as their own programs read them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
UNITS = ROOT / "deploy"
# A file .env as somebody fills it in by deploy/env.example.
ENV = {
    "SITE_URL": "https://papers.example",
    "ALLOWED_HOSTS": "papers.example",
    "SECRET_KEY": "q8Zr-2mXw_7tLpV4sKd9Yb3NfHc6Ga1EuJo5Ri0",
    "POSTGRES_PASSWORD": "a-long-password-of-postgresql",
    "VALKEY_PASSWORD": "a-long-password-of-valkey",
    "CONTACT_EMAIL": "desk@papers.example",
}
_NAMED = re.compile(r"\$(?:\$|\{(\w+)(?::\?([^}]*))?\})")


class Missing(Exception):
    """A variable that must be set is empty; compose stops with its message."""


def compose(env: dict[str, str] = ENV) -> dict[str, Any]:
    """Return compose.yaml with the variables of `env` in it."""

    def value(found: re.Match[str]) -> str:
        name, message = found.groups()
        if name and message and not env.get(name):
            raise Missing(f"{name}: {message}")
        return env.get(name, "") if name else "$"

    return yaml.safe_load(_NAMED.sub(value, (ROOT / "compose.yaml").read_text()))


def services(env: dict[str, str] = ENV) -> dict[str, dict[str, Any]]:
    return compose(env)["services"]


def of_the_site() -> dict[str, dict[str, Any]]:
    return {name: each for name, each in services().items() if "build" in each}


def command(name: str) -> list[str]:
    """Return what a service of the site runs: its own command, or that of the image."""
    return services()[name].get("command") or image()["CMD"]


def environment(name: str) -> dict[str, str]:
    """Return the environment of a service of the site: .env, the image's, its own."""
    return ENV | image()["ENV"] | services()[name]["environment"]


def image() -> dict[str, Any]:
    """Return CMD, ENV and USER of the image, by the last stage of the Dockerfile."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    last = text[text.rindex("\nFROM ") :]
    pairs = re.search(r"^ENV (.+)$", last, re.MULTILINE)[1]
    cmd = re.findall(r"^CMD (\[.+\])$", last, re.MULTILINE)[-1]
    return {
        "CMD": yaml.safe_load(cmd),
        "ENV": dict(pair.split("=", 1) for pair in shlex.split(pairs)),
        "USER": re.search(r"^USER (\S+)$", last, re.MULTILINE)[1],
    }


def unit(name: str) -> dict[str, list[str]]:
    """Return the settings of a unit with those of its drop-in; each may be there several times."""
    text = (UNITS / name).read_text()
    if name.endswith(".service"):
        text += (UNITS / "digest-.service.d" / "hardening.conf").read_text()
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def unit_command(name: str) -> list[str]:
    return shlex.split(unit(f"digest-{name}.service")["ExecStart"][0].replace("%%", "%"))

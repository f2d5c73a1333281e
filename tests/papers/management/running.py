"""Runs a command that reads a file."""

from io import StringIO

from django.core.management import CommandError, call_command


def run(command, path):
    """Return what the command prints, and its error if there is one."""
    out, err, error = StringIO(), StringIO(), None
    try:
        call_command(command, str(path), stdout=out, stderr=err)
    except CommandError as raised:
        error = raised
    return out.getvalue(), err.getvalue(), error

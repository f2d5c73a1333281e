"""Reads a paper's file in a child process, whose failures cannot harm this process.

On Linux the kernel holds the child to `Limits`. macOS has no limit of address space, and Windows
has none at all. There the clock, the cap on the input and the cap on the output remain.
"""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import NamedTuple

from papers.fulltext.base import ParseFailed, Text
from papers.fulltext.child import OUTPUT_LIMIT
from papers.text import strict_json

INPUT_LIMIT = 20 * 2**20  # bytes
PARSERS = {
    "text/html": "papers.fulltext.html:parse_html",
    "application/xhtml+xml": "papers.fulltext.html:parse_html",
    "text/markdown": "papers.fulltext.markdown:parse_markdown",
    "application/pdf": "papers.fulltext.pdf:parse_pdf",
}
_ROOT = Path(__file__).resolve().parents[2]


class Limits(NamedTuple):
    memory: int = 512 * 2**20
    """Bytes of address space. 20 MiB of HTML take 330 MiB."""
    cpu_s: int = 4
    wall_s: int = 15


def parse(data: bytes, content_type: str, limits: Limits = Limits()) -> Text:  # noqa: B008
    """Return the text of a paper's file. Raises ParseFailed, whatever is wrong with it."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in PARSERS:
        raise ParseFailed(f"is neither HTML, PDF nor Markdown, but {media_type[:80]!r}")
    return run(PARSERS[media_type], data, limits)


def run(parser: str, data: bytes, limits: Limits = Limits()) -> Text:  # noqa: B008
    """Return what "module:function" makes of the bytes in a child process. Raises ParseFailed."""
    if len(data) > INPUT_LIMIT:
        raise ParseFailed(f"is larger than {INPUT_LIMIT // 2**20} MiB")
    # The output goes to a file, so a child that writes without end fills no memory of this process.
    with TemporaryFile() as answer:
        status = _run(parser, data, limits, answer.fileno())
        answer.seek(0)
        said = answer.read(OUTPUT_LIMIT)
    if len(said) == OUTPUT_LIMIT:
        raise ParseFailed(f"gives more than {OUTPUT_LIMIT // 2**20} MiB of text")
    if status:
        raise ParseFailed(_end(status, limits))
    return _text(said)


def _run(parser: str, data: bytes, limits: Limits, answer: int) -> int:
    """Return the exit status of the child. Its output is left in the file `answer`."""
    # With -P and an environment of one variable the child finds our code and none of our secrets.
    with subprocess.Popen(  # noqa: S603 The parser's name is ours, and no shell reads it.
        [sys.executable, "-P", "-m", "papers.fulltext.child", parser, *map(str, limits)],
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_ROOT)},
    ) as child:
        # Not communicate(timeout=...): it sleeps up to 50 ms past the child's end.
        deadline = Timer(limits.wall_s, child.kill)
        deadline.start()
        try:
            child.communicate(data)
        finally:
            late = not deadline.is_alive()
            deadline.cancel()
            child.kill()
    if late:
        raise ParseFailed(f"is not read within {limits.wall_s} s")
    return child.returncode


def _end(status: int, limits: Limits) -> str:
    if status == -getattr(signal, "SIGXCPU", 0):
        return f"takes more than {limits.cpu_s} s of processor time"
    name = str(-status)
    with suppress(ValueError):
        name = signal.Signals(-status).name
    return f"crashes its reader: {name if status < 0 else f'exit status {status}'}"


def _text(said: bytes) -> Text:
    try:
        answer = strict_json.loads(said.decode())
        if isinstance(answer, dict) and isinstance(answer.get("failed"), str):
            raise ParseFailed(answer["failed"][:400])
        return Text.from_json(answer)
    except ValueError:
        raise ParseFailed("gets no sound answer from its reader") from None

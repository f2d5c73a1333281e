"""Parsers that harm their process as a hostile file may make a real parser do."""

import os
import signal
import sys
import time
from pathlib import Path

from papers.fulltext.base import Kind, ParseFailed, Part, Text


def say(*texts: str) -> Text:
    return Text(tuple(Part(Kind.OTHER, "", text) for text in texts), "html")


def echo(data: bytes) -> Text:
    return say(data.decode())


def refuse(data: bytes) -> Text:
    raise ParseFailed("says no")


def err(data: bytes) -> Text:
    raise KeyError("x" * 1_000_000)


def allocate(data: bytes) -> Text:
    hoard = []
    while True:
        hoard.append(bytearray(2**20))


def spin(data: bytes) -> Text:
    while True:
        pass


def sleep(data: bytes) -> Text:
    Path(data.decode()).write_text(str(os.getpid()))
    time.sleep(3600)
    return say("awake")


def exit_hard(data: bytes) -> Text:
    os._exit(3)


def crash(data: bytes) -> Text:
    os.kill(os.getpid(), signal.SIGSEGV)
    return say("alive")


def flood(data: bytes) -> Text:
    while True:
        sys.stdout.write("x" * 2**20)


def ramble(data: bytes) -> Text:
    return say("x" * 9 * 2**20)


def lie(data: bytes) -> Text:
    os.write(1, data)
    os._exit(0)


def surroundings(data: bytes) -> Text:
    return say(*sorted(os.environ), *(name for name in sys.modules if name.startswith("django")))

"""An answer of 8 MiB that is one element, deep or wide takes 64 MiB and 5 s of a worker at most."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests.papers.sources.hostile_xml import FRAMES, INSIDES, SIZE, document
from tests.waiting import PATIENCE_S

MIB, SECONDS = 64, 5


@pytest.mark.parametrize("kind", FRAMES)
def test_hostile_xml_takes_little_memory_and_time(kind):
    taken = {name: _read(kind, document(kind, name)) for name in INSIDES}
    assert {name: said for name, said in taken.items() if said[0] > MIB} == {}
    assert {name: said for name, said in taken.items() if said[1] > SECONDS} == {}


def _read(kind, given):
    assert len(given) > 0.9 * SIZE
    child = subprocess.run(
        [sys.executable, "-m", "tests.papers.sources.hostile_xml", kind],
        input=given,
        capture_output=True,
        timeout=PATIENCE_S,
        cwd=settings.BASE_DIR,
        check=True,
    )
    memory, seconds, said = child.stdout.decode().split(maxsplit=2)
    return float(memory), float(seconds), said

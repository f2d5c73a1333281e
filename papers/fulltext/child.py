"""The child process of `sandbox`: limits itself, reads one file from stdin, answers with JSON.

Started as `python -m papers.fulltext.child PARSER MEMORY CPU WALL`.
"""

import json
import sys
from contextlib import suppress
from importlib import import_module

from papers.fulltext.base import ParseFailed

OUTPUT_LIMIT = 8 * 2**20  # bytes


def main(parser: str, memory: int, cpu: int, wall: int) -> None:
    limit(memory, cpu, wall)
    try:
        module, _, name = parser.partition(":")
        answer = getattr(import_module(module), name)(sys.stdin.buffer.read()).as_json()
    except ParseFailed as failure:
        answer = {"failed": str(failure)}
    except MemoryError:
        answer = {"failed": f"needs more than {memory // 2**20} MiB of memory"}
    except Exception as error:  # A parser's mistake costs one paper, and is told in words.
        answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
    sys.stdout.write(json.dumps(answer))


def limit(memory: int, cpu: int, wall: int) -> None:
    """Bind this process for good: bytes of address space, seconds of CPU, seconds to live."""
    try:
        import resource
        import signal
    except ImportError:
        return  # Windows; `sandbox` says what is left there.
    for kind, most in [
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, OUTPUT_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ]:
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or most < hard:
            with suppress(ValueError, OSError):  # macOS knows no limit of address space.
                # One apart: a process at its hard limit of CPU is killed without a word why.
                resource.setrlimit(kind, (most, most + 1))
    signal.alarm(wall)  # The child of a parent that was killed ends too.


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))

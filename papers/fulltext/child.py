"""The child process of `sandbox`. It limits itself, reads one file from stdin and prints JSON.

It is started as `python -m papers.fulltext.child PARSER MEMORY CPU WALL`.
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
    except Exception as error:  # A parser's bug costs only this paper, and the error says so.
        answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
    sys.stdout.write(json.dumps(answer))


def limit(memory: int, cpu: int, wall: int) -> None:
    """Limit this process for good: bytes of address space, seconds of CPU, seconds to live."""
    try:
        import resource
        import signal
    except ImportError:
        return  # On Windows. The docstring of `sandbox` says which limits are left there.
    for kind, most in [
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, OUTPUT_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ]:
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or most < hard:
            with suppress(ValueError, OSError):  # macOS has no limit of address space.
                # The hard limit is one higher: at the hard CPU limit a process is killed without
                # a reason.
                resource.setrlimit(kind, (most, most + 1))
    signal.alarm(wall)  # If the parent is killed, the child still ends.


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))

import argparse
import os
import sys

from digest.local.demo.launcher import launch


def port(value: str) -> int:
    number = int(value)
    if not 0 < number < 65536:
        raise ValueError(value)
    return number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m digest.local.demo", description="Run the whole site on this machine."
    )
    parser.add_argument(
        "--port",
        type=port,
        default=os.environ.get("PORT") or "8000",
        help="where the site answers, 1 to 65535 (default: PORT, else 8000)",
    )
    sys.exit(launch(parser.parse_args().port))

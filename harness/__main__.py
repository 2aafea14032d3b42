"""`python -m harness`, and the command `harness`."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn


def run() -> NoReturn:
    """The whole process: does what the command line says and ends with its exit code."""
    # Ten thousand variants are no garbage: looking through them for some, again and again, was two percent of a run.
    gc.set_threshold(200_000, 20, 100)
    try:
        from harness.cli import main

        code = main()
    except KeyboardInterrupt:  # so early that nothing had begun
        code = 130
    # Python would look through all that was ever imported and built for what it may free, and then end anyway.
    gc.freeze()
    gc.disable()
    sys.exit(code)


if __name__ == "__main__":
    run()

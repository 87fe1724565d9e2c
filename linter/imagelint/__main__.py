"""`python -m imagelint`, and where the command begins."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        from imagelint.cli import main as run
    except KeyboardInterrupt:  # so early that nothing is there yet to answer it
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()

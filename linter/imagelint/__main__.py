"""`python -m imagelint`, and where the command begins."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit."""
    # Imports keep what they make, and a run makes no reference cycles: a search for them takes a tenth of the time.
    gc.disable()
    try:
        from imagelint.cli import main as run
    except KeyboardInterrupt:  # so early that nothing is there yet to answer it
        sys.exit(130)
    run()


def complete() -> NoReturn:
    """What `kubectl_complete-imagelint` does."""
    from imagelint.cli import complete_for_kubectl

    complete_for_kubectl(sys.argv[1:])
    sys.exit(0)


if __name__ == "__main__":
    main()

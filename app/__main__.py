"""`python -m app` and `laminar`: the command."""

from __future__ import annotations

import sys


def run() -> int:
    """Run the command line; returns the exit status. Ctrl+C is heard while it is still being loaded, too."""
    try:
        from app.cli.main import main

        return main()
    except KeyboardInterrupt:
        sys.stderr.write("laminar: interrupted; give the same command again to go on\n")
        return 130


if __name__ == "__main__":
    sys.exit(run())

"""`python -m app` and `laminar`: the command."""

from __future__ import annotations

import runpy
import sys

from core.processes import asked_to_run


def run() -> int:
    """Run the command line; returns the exit status. Ctrl+C is heard while it is still being loaded, too."""
    module = asked_to_run(sys.argv[1:])
    if module is not None:
        sys.argv = [sys.argv[0], *sys.argv[3:]]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return 0
    try:
        from app.cli.main import main

        return main()
    except KeyboardInterrupt:
        sys.stderr.write("laminar: interrupted; give the same command again to go on\n")
        return 130


if __name__ == "__main__":
    sys.exit(run())

"""Python processes of our own, started so that they find this program and nothing that lies about.

Jobs, unknown media and encoders run in such processes: what crashes there does no harm here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

_HOME = Path(__file__).resolve().parent.parent


def command(*arguments: str) -> list[str]:
    """The command line of a Python with these arguments."""
    # -P: nothing is imported from the folder the user happens to stand in.
    return [sys.executable, "-P", *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's environment in which the program itself is found first, with `more` variables set."""
    paths = [str(_HOME), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more}


def close_pipes(*pipes: IO[bytes] | None) -> None:
    """Close the pipes of a process that has ended or should; None is passed over."""
    for pipe in pipes:
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            continue  # unsent bytes for a process that is gone

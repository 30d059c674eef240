"""Processes of our own that run one module of this program, and find nothing that lies about.

Jobs, unknown media and encoders run in such processes: what crashes there does no harm here. A packaged Laminar, which
has no interpreter beside it, starts itself again, told by RUN which module to run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

RUN = "--run-module"
"""The first word of the packaged program when it is to run a module of its own."""
_HOME = Path(__file__).resolve().parent.parent


def command(module: str, *arguments: str) -> list[str]:
    """The command line that runs a module, or the `__main__` of a package, with these arguments."""
    # -P: nothing is imported from the folder the user happens to stand in.
    start = [RUN] if packaged() else ["-P", "-m"]
    return [sys.executable, *start, module, *arguments]


def packaged() -> bool:
    """Whether this is a program that was made by `make package`."""
    return bool(getattr(sys, "frozen", False))


def asked_to_run(words: Sequence[str]) -> str | None:
    """The module that the packaged program was started again for, by its arguments; None for any other start."""
    return words[1] if packaged() and len(words) > 1 and words[0] == RUN else None


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

"""What the command line says: one JSON object or a few plain lines on stdout, progress and errors on stderr."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from core.drive import drive, result_folder
from core.errors import LaminarError, MediaError
from core.job import MANIFEST, Progress, Report
from core.media.images import is_pattern

T = TypeVar("T")


def existing(path: Path) -> Path:
    """The path as it was given, if there is something. Pictures may be named by a pattern such as shot_%04d.png.

    Raises:
        MediaError: with the whole path, which is what one looks for at a prompt.
    """
    if not path.exists() and not is_pattern(path):
        raise MediaError(f"{path} is not there", "Check the path")
    return path


def complain(message: str) -> None:
    """One line on stderr."""
    sys.stderr.write(f"laminar: {' '.join(message.split())}\n")


def counted(number: int, thing: str) -> str:
    """So many things: "1 frame", "2 frames"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


class Terminal:
    """One command's way to its user. json: stdout carries one JSON object and nothing else."""

    def __init__(self, json: bool) -> None:
        self.json = json
        self.errors = Console(stderr=True)
        self.started = time.monotonic()
        self._notes: list[str] = []

    def note(self, text: str) -> None:
        """What the user should know though the work goes on: a line on stderr beside the answer. A command that fails
        tells its error alone."""
        self._notes.append(text)

    def follow(
        self, title: str, steps: Iterator[Progress], seen: Callable[[Progress], None] | None = None
    ) -> None:
        """Run a job to its end, with a bar when stderr is a terminal."""
        with self._bar() as bar:
            task = bar.add_task(title, total=1.0)
            for step in steps:
                bar.update(task, completed=step.part, description=step.message or title)
                if seen is not None:
                    seen(step)

    def watch(self, title: str, work: Callable[[Report], T]) -> T:
        """Call work that is no job, with a bar as `follow` has; returns its answer."""
        with self._bar() as bar:
            task = bar.add_task(title, total=1.0)

            def report(part: float) -> bool:
                bar.update(task, completed=part)
                return True

            return work(report)

    def _bar(self) -> Bar:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        return Bar(*columns, console=self.errors, disable=not self.errors.is_terminal, transient=True)

    def job(
        self,
        job_id: str,
        title: str,
        root: Path,
        parameters: dict[str, Any],
        inputs: dict[str, str],
        seen: Callable[[Progress], None] | None = None,
    ) -> Path:
        """Drive a job of the catalog in a worker process; returns its result folder."""
        steps = drive(job_id, root, parameters, inputs, threads=os.cpu_count() or 1)
        result = result_folder(job_id, root, parameters, inputs)
        try:
            self.follow(title, steps, seen)
        except LaminarError:
            if result != root:  # else the folder is the user's
                _forget_unbegun(result)
            raise
        return result

    def say(self, result: dict[str, Any], text: str) -> None:
        """The command's answer: the object with the seconds it took added, or the text; before it, what was noted."""
        for note in self._notes:
            complain(note)
        result["seconds"] = round(time.monotonic() - self.started, 3)
        line = msgspec.json.encode(result).decode() if self.json else text
        if sys.stdout is None:  # closed by who called
            return
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except OSError as error:
            raise LaminarError(
                f"the answer cannot be written: {error.strerror}", "Check where it is sent to"
            ) from error


def _forget_unbegun(result: Path) -> None:
    """Remove a refused job's folder when nothing was done in it, and the folder of unfinished work with it."""
    partial = result.with_name(f"{result.name}.partial")
    if not partial.is_dir() or any(path.name != MANIFEST for path in partial.iterdir()):
        return
    shutil.rmtree(partial, ignore_errors=True)
    if not any(result.parent.iterdir()):
        result.parent.rmdir()

"""Every long job once. The queue, the window and the worker process read this table and nothing else.

A job's work is named "module:function" and imported only where it runs, so the table costs nothing to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from core.job import Progress, Work, run_job

MB = 2**20


@dataclass(frozen=True)
class Job:
    """A long job that the program can do.

    work: "module:function" of `work(out, **parameters) -> Iterator[Progress]`.
    version: raised when the result of the same question changes.
    keyed: the result is a content-keyed folder; else `work` writes where its parameters say (an export).
    """

    id: str
    title: str
    summary: str
    work: str
    version: int
    keyed: bool = True
    memory: int = 0
    """Bytes of memory that should be available when it starts."""
    disk: int = 0
    """Bytes it writes at least, beside the reserve."""


JOBS: dict[str, Job] = {
    job.id: job
    for job in (
        Job(
            "track",
            "Track object",
            "Carries the drawn masks through the clip.",
            work="core.masks.propagate:track",
            version=24,
            memory=1024 * MB,
            disk=50 * MB,
        ),
        Job(
            "layers",
            "Split into layers",
            "A clean background, and each object apart with its shadow.",
            work="core.layers.split:split",
            version=20,
            memory=1200 * MB,
            disk=50 * MB,
        ),
        Job(
            "plate",
            "Clean background",
            "The background without the objects.",
            work="core.layers.plate:paint",
            version=20,
            memory=800 * MB,
            disk=20 * MB,
        ),
        Job(
            "atlas",
            "Unroll objects",
            "Each object as one picture to paint on; the paint follows the film.",
            work="core.atlas.job:atlas",
            version=4,
            memory=1200 * MB,
            disk=100 * MB,
        ),
        Job(
            "slowmo",
            "Slow motion",
            "Makes the pictures between a clip's frames.",
            work="core.retime.interpolate:slowmo",
            version=9,
            memory=1500 * MB,
            disk=50 * MB,
        ),
        Job(
            "smooth",
            "Smooth slow motion",
            "Makes the pictures between frames beforehand, so that slowed clips play as they are exported.",
            work="core.retime.smooth:smooth",
            version=1,
            keyed=False,
            memory=1500 * MB,
            disk=50 * MB,
        ),
        Job(
            "looks",
            "Look into slow motion",
            "How the export makes a picture between frames: motion, choice, changes, doubt.",
            work="core.retime.looks:looks",
            version=1,
            keyed=False,
            memory=900 * MB,
            disk=10 * MB,
        ),
        Job(
            "proxy",
            "Make proxy",
            "A small all-intra copy for smooth scrubbing.",
            work="core.media.proxy:make_proxy",
            version=2,
            memory=300 * MB,
            disk=100 * MB,
        ),
        Job(
            "speediness",
            "Speediness",
            "How fast things already go, frame by frame, and what moments are alike.",
            work="core.retime.speediness:speediness",
            version=6,
            memory=600 * MB,
            disk=20 * MB,
        ),
        Job(
            "camera",
            "Follow the camera",
            "How the camera moves and shakes, for Stabilise.",
            work="core.media.shake:find_camera",
            version=1,
            memory=300 * MB,
            disk=10 * MB,
        ),
        Job(
            "collect",
            "Collect into one folder",
            "Copies the project with all its media, key masks, painted pictures and results.",
            work="core.project.collect:collect_job",
            version=1,
            keyed=False,
            memory=200 * MB,
        ),
        Job(
            "retime",
            "Retime layers",
            "The film of a folder of layers, some of them on a clock of their own.",
            work="core.retime.retimed_film:retime",
            version=1,
            memory=600 * MB,
            disk=50 * MB,
        ),
        Job(
            "export",
            "Export",
            "Writes the film to a file.",
            work="core.render.export:export",
            version=1,
            keyed=False,
            memory=600 * MB,
            disk=50 * MB,
        ),
    )
}


def load_work(job: Job) -> Work:
    """Import the job's function. Raises ImportError when the table names something that is not there."""
    module, _, function = job.work.partition(":")
    work: Work = getattr(import_module(module), function)
    return work


def run(job: Job, root: Path, parameters: dict[str, Any], inputs: dict[str, str]) -> Iterator[Progress]:
    """Drive a job on this thread; a keyed one into `root`/KEY, another with `out=root`.

    Raises:
        Whatever the work raises.
    """
    if job.keyed:
        yield from run_job(root, job.id, job.version, load_work(job), parameters, inputs)
    else:
        yield from load_work(job)(out=root, **parameters)
